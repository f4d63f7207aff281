namespace AgentFlow;

/// <summary>The value of a flow at a landing, in one execution.</summary>
internal abstract class Landed
{
}

/// <inheritdoc/>
internal sealed class Landed<T>(FlowNode place, T value) : Landed
{
    public FlowNode Place => place;

    public T Value => value;
}

/// <summary>A landing of a flow that takes <typeparamref name="TIn"/>.</summary>
internal interface ILanding<in TIn>
{
    /// <summary>Runs the chain from the landing before up to this one.</summary>
    ValueTask<Landed> ReachAsync(FlowContext context, TIn input);
}

/// <summary>
/// A place in a long chain of verbs where the stack ends: <see cref="LongBody{TIn,TOut}"/> runs the chain up to here, and what
/// follows starts from the value that it left.
/// </summary>
internal sealed class LandingNode<TIn, T>(FlowNode<TIn, T> previous) : FlowNode<TIn, T>, ILanding<TIn>
{
    /// <summary>How many verbs run on one stack.</summary>
    public const int Every = 64;

    public override FlowNode? Previous => previous;

    public override int Length { get; } = previous.Length + 1;

    public override ValueTask<T> RunAsync(FlowContext context, TIn input) =>
        context.Landed is Landed<T> landed && ReferenceEquals(landed.Place, this) ? new(landed.Value) : previous.RunAsync(context, input);

    public async ValueTask<Landed> ReachAsync(FlowContext context, TIn input) =>
        new Landed<T>(this, await previous.RunAsync(context, input).ConfigureAwait(false));
}

/// <summary>A chain of verbs that is longer than a stack may be deep.</summary>
internal sealed class LongBody<TIn, TOut> : FlowNode<TIn, TOut>
{
    private readonly FlowNode<TIn, TOut> _last;
    private readonly ILanding<TIn>[] _landings;

    private LongBody(FlowNode<TIn, TOut> last)
    {
        _last = last;
        var landings = new Stack<ILanding<TIn>>();
        for (FlowNode? node = last; node is not null; node = node.Previous)
        {
            if (node is ILanding<TIn> landing) landings.Push(landing);
        }

        _landings = [.. landings];
    }

    public override FlowNode? Previous => _last;

    public static FlowNode<TIn, TOut> Of(FlowNode<TIn, TOut> last) => last.Length < LandingNode<TIn, TOut>.Every ? last : new LongBody<TIn, TOut>(last);

    public override async ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        foreach (var landing in _landings) context.Landed = await landing.ReachAsync(context, input).ConfigureAwait(false);
        return await _last.RunAsync(context, input).ConfigureAwait(false);
    }
}
