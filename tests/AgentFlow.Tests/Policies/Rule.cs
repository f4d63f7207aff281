using AgentFlow.Policies;

namespace AgentFlow.Tests.Policies;

/// <summary>A policy from a lambda, which notes what it was asked.</summary>
internal sealed class Rule(string name, Func<PolicyRequest, PolicyDecision> decide, params (PolicyOperation Operation, PolicyPhase Phase)[] covered) : IPolicy
{
    private readonly List<string> _asked = [];

    public string Name => name;

    /// <summary>Operation, phase and path of every question, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    public static Rule OnStep(string name, Func<PolicyRequest, PolicyDecision> decide) => new(name, decide, (PolicyOperation.RunStep, PolicyPhase.Request));

    public static Rule OnResult(string name, Func<PolicyRequest, PolicyDecision> decide) => new(name, decide, (PolicyOperation.RunStep, PolicyPhase.Result));

    /// <summary>Every phase of the operations.</summary>
    public static Rule On(string name, Func<PolicyRequest, PolicyDecision> decide, params PolicyOperation[] operations) =>
        new(name, decide, [.. operations.SelectMany(_ => Enum.GetValues<PolicyPhase>(), (operation, phase) => (operation, phase))]);

    public bool Covers(PolicyOperation operation, PolicyPhase phase) => covered.Contains((operation, phase));

    public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken)
    {
        lock (_asked) _asked.Add($"{request.Facts.Operation} {request.Phase} {request.Facts.Path}");
        return new(decide(request));
    }
}
