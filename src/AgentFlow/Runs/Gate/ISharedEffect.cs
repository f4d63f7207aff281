namespace AgentFlow;

/// <summary>An effect whose result may come from elsewhere than its body: what it stands for has been done for another call.</summary>
internal interface ISharedEffect<TOut>
{
    /// <summary>The result, from wherever it comes.</summary>
    ValueTask<TOut> GetAsync(Func<ValueTask<TOut>> attempt, CancellationToken cancellationToken);
}
