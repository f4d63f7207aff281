using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>The judgement of a run as a whole, and of an agent's invocation: not effects, so they have no outcome of their own.</summary>
internal static class RunGate
{
    public static ValueTask<T> RequestAsync<T>(FlowRun run, StepPath path, PolicyOperation operation, string target, string? from, T input, Label? label, CancellationToken cancellationToken, bool mayAsk = true)
    {
        if (!run.Runtime.Policies.Covers(operation, PolicyPhase.Request)) return new(input);
        var call = PolicyCall.Begin(run, path, operation, target, from);
        return call.RequestAsync(new PolicySubject<T>(input, label), mayAsk, cancellationToken);
    }

    public static ValueTask<T> ResultAsync<T>(FlowRun run, StepPath path, PolicyOperation operation, string target, string? from, T result, Label? label, CancellationToken cancellationToken)
    {
        if (!run.Runtime.Policies.Covers(operation, PolicyPhase.Result)) return new(result);
        var call = PolicyCall.Begin(run, path, operation, target, from);
        return call.ResultAsync(new PolicySubject<T>(result, label), cancellationToken);
    }
}
