using Microsoft.Extensions.Logging;

namespace AgentFlow;

/// <summary>The host's logger; see <see cref="Observers"/>.</summary>
internal sealed class GuardedLogger(ILogger logger) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => Observers.Guard((logger, state), static given => given.logger.BeginScope(given.state));

    public bool IsEnabled(LogLevel logLevel) => Observers.Guard((logger, logLevel), static given => given.logger.IsEnabled(given.logLevel));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception failure)
        {
            Observers.Report(failure);
        }
    }
}
