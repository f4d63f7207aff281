using System.Collections.Concurrent;
using AgentFlow.Policies;

namespace AgentFlow.Tests.Agents;

/// <summary>A policy from a lambda, which remembers what it was asked.</summary>
internal sealed class Judge(PolicyOperation operation, PolicyPhase phase, Func<PolicyRequest, PolicyDecision> decide) : IPolicy
{
    private readonly ConcurrentQueue<(PolicyOperation Operation, string? From, string? Target, StepPath Path)> _asked = new();

    public string Name => "judge";

    public IReadOnlyList<(PolicyOperation Operation, string? From, string? Target, StepPath Path)> Asked => [.. _asked];

    public bool Covers(PolicyOperation other, PolicyPhase otherPhase) => other == operation && otherPhase == phase;

    public ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken)
    {
        _asked.Enqueue((request.Facts.Operation, request.Facts.From, request.Facts.Target, request.Facts.Path));
        return new(decide(request));
    }
}

internal static class Runtimes
{
    public static FlowRuntime With(params IPolicy[] policies) => With(_ => { }, policies);

    public static FlowRuntime With(Action<FlowRuntimeOptions> configure, params IPolicy[] policies)
    {
        var options = new FlowRuntimeOptions();
        configure(options);
        foreach (var policy in policies) options.Policies.Add(policy);
        return new FlowRuntime(options);
    }

    public static async Task<FlowRun<TOut>> EndedAsync<TIn, TOut>(this FlowRuntime runtime, Flow<TIn, TOut> flow, TIn input)
    {
        var run = await runtime.StartAsync(flow, input);
        await run.Ended.WaitAsync(Scheduling.HangGuard.Limit);
        return run;
    }

    /// <summary>The error that the agent itself raised.</summary>
    public static async Task<TException> FailsWithAsync<TException>(this FlowRuntime runtime, Flow<string, string> flow, string input = "go")
        where TException : Exception
    {
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, input));
        Assert.Equal(typeof(TException).FullName, failed.ErrorType);
        return Assert.IsType<TException>(failed.InnerException);
    }
}
