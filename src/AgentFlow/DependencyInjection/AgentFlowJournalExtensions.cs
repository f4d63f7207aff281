using AgentFlow;
using AgentFlow.DependencyInjection;
using AgentFlow.Journaling;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes runs durable.</summary>
public static class AgentFlowJournalExtensions
{
    /// <summary>
    /// Keeps runs in a <see cref="FileJournal"/>, opened when the runtime is resolved and closed after it. Call
    /// <see cref="FlowRuntime.RecoverAsync(CancellationToken)"/> once at start to continue the runs of an earlier process.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="directory">The journal's directory.</param>
    /// <param name="configure">Sizes and encryption.</param>
    /// <exception cref="DuplicateRegistrationException">When the runtime is resolved: another directory was named before.</exception>
    public static IAgentFlowBuilder UseFileJournal(this IAgentFlowBuilder builder, string directory, Action<FileJournalOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        builder.Services.TryAddSingleton(_ =>
        {
            var options = new FileJournalOptions { Directory = directory };
            configure?.Invoke(options);
            return FileJournal.Open(options);
        });
        new RuntimeContribution("journal", "file", directory, static (services, options) => options.Journal = services.GetRequiredService<FileJournal>()).TryAddTo(builder.Services);
        return builder;
    }
}
