namespace AgentFlow;

/// <content>Several steps at once, however they end.</content>
public sealed partial class FlowContext
{
    private const string CollectName = "(collect)";

    /// <summary>
    /// Runs steps concurrently, at most <paramref name="maxParallel"/> at a time, and waits for all of them, whether they succeed or fail;
    /// yields an outcome for each, in the order of the calls. Each runs at its own name, the second use of one at <c>name#2</c>.
    /// <code>
    /// var answers = await ctx.CollectAsync([new(research, "prices"), new(research, "rivals"), new(analyse, file)], maxParallel: 4);
    /// </code>
    /// </summary>
    /// <typeparam name="TIn">What the steps take.</typeparam>
    /// <typeparam name="TOut">What the steps yield.</typeparam>
    /// <param name="calls">The steps and their inputs.</param>
    /// <param name="maxParallel">How many are in flight at the most, at least 1.</param>
    /// <exception cref="FlowContextMisuseException">Another call is in flight, or the flow has returned.</exception>
    /// <exception cref="FlowDefinitionException">Two different steps have the same name.</exception>
    public async ValueTask<IReadOnlyList<Outcome<TOut>>> CollectAsync<TIn, TOut>(IReadOnlyList<StepCall<TIn, TOut>> calls, int maxParallel)
    {
        ArgumentNullException.ThrowIfNull(calls);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallel, 1);
        BeginCall();
        try
        {
            var branches = new CollectedCall<TIn, TOut>[calls.Count];
            for (var i = 0; i < branches.Length; i++)
            {
                ArgumentNullException.ThrowIfNull(calls[i].Step, nameof(calls));
                branches[i] = new(calls[i], PathOf(calls[i].Step));
            }

            if (branches is [var only]) await only.RunAsync(this).ConfigureAwait(false);
            else if (branches.Length > 0) await CollectAsync(branches, maxParallel).ConfigureAwait(false);
            if (Array.Exists(branches, static branch => branch.WasCancelled)) ThrowIfCancelled();
            else ThrowIfStopped();
            return Array.ConvertAll(branches, static branch => branch.Outcome());
        }
        finally
        {
            EndCall();
        }
    }

    private async ValueTask CollectAsync<TIn, TOut>(CollectedCall<TIn, TOut>[] branches, int maxParallel)
    {
        // Each call has a path of its own, beside those of the others.
        foreach (var branch in branches) Run.Replay?.MarkBranch(branch.Path);
        await new ForEachFork<CollectedCall<TIn, TOut>, bool>(this, PathOf(CollectName), branches, maxParallel, static (branch, _, scope) => branch.RunAsync(scope), index => branches[index].Path).RunAsync().ConfigureAwait(false);
    }
}

/// <summary>One of several calls, and how it ended.</summary>
internal sealed class CollectedCall<TIn, TOut>(StepCall<TIn, TOut> call, StepPath path)
{
    private TOut _result = default!;
    private Exception? _error;

    public StepPath Path => path;

    public bool WasCancelled => _error is OperationCanceledException;

    /// <summary>Never throws: a call that fails says nothing of the others.</summary>
    public async ValueTask<bool> RunAsync(FlowContext scope)
    {
        try
        {
            _result = await call.Step.InvokeAsync(scope, path, call.Input).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            _error = exception;
            return false;
        }
    }

    /// <summary>A broken contract is no outcome: it ends the flow.</summary>
    public Outcome<TOut> Outcome() => _error switch
    {
        null => Outcome<TOut>.Success(_result, path),
        { } broken when Resilience.IsBrokenContract(broken) => throw broken,
        var error => Outcome<TOut>.Failure(EffectOutcome.TypeOf(error), EffectOutcome.MessageOf(error), (error as EffectFailedException)?.Path ?? path),
    };
}
