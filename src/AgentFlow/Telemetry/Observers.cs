using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// Loggers and listeners are code of the host that only watches: one that throws loses what it would have seen, and changes no
/// run. What it threw goes to <see cref="Trace"/>, for there is no other log left.
/// </summary>
internal static class Observers
{
    public static void Guard<TState>(TState state, Action<TState> observe)
    {
        try
        {
            observe(state);
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    public static TResult? Guard<TState, TResult>(TState state, Func<TState, TResult?> observe)
    {
        try
        {
            return observe(state);
        }
        catch (Exception exception)
        {
            Report(exception);
            return default;
        }
    }

    public static void Report(Exception exception) => Trace.TraceError($"AgentFlow: a logger or an activity listener threw. {exception}");
}
