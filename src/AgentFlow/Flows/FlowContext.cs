using System.Diagnostics;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// What flow code has: run steps, ask, wait, decide, and reach time, ids and randomness, all of it recorded or derived so
/// that a replay takes the same path.
/// </summary>
/// <remarks>
/// One call may be in flight per context. Concurrency exists only through <c>AllAsync</c>, <c>ForEachAsync</c> and
/// <c>AnyAsync</c>, which give every branch a context of its own. Not thread-safe; dead once its flow has returned.
/// <c>finally</c> blocks of flow code do not run when a suspended run is unloaded: cleanup that must happen is a step.
/// </remarks>
[DebuggerDisplay("{Path} {RunId}")]
public sealed partial class FlowContext
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Closed = 2;
    private readonly int _generation;
    private readonly bool _collects;
    private int _state;
    private Label? _label;
    private Label? _collected;
    private ScopeNames? _names;

    internal FlowContext(FlowRun run, StepPath path, CancellationToken cancellationToken, Label? label, string? lane, string owner, ScopeSpan? span = null, bool collects = false, int depth = 1)
    {
        Run = run;
        Path = path;
        CancellationToken = cancellationToken;
        Lane = lane;
        Owner = owner;
        Span = span;
        Features = run.Features | (lane is null ? 0 : RunFeatures.Limits);
        _label = label;
        _collects = collects;
        Depth = depth;
        _generation = run.Generation;
    }

    /// <summary>The run.</summary>
    public RunId RunId => Run.Id;

    /// <summary>The path of this scope.</summary>
    public StepPath Path { get; }

    /// <summary>On whose behalf the run acts.</summary>
    public Principal Principal => Run.Options.Principal;

    /// <summary>The run's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags => Run.Options.Tags;

    /// <summary>Cancelled when the run or this branch is cancelled.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether nothing may start here any more.</summary>
    internal bool IsCancelled => CancellationToken.IsCancellationRequested || Run.IsCancelling && (!IsShielded || Run.StaysOpen);

    /// <summary>Whether what happens here goes on while the run is cancelled: what was done is being undone.</summary>
    internal bool IsShielded { get; init; }

    internal void ThrowIfCancelled()
    {
        if (IsCancelled) throw new ScopeCancelledException(CancellationToken);
    }

    /// <summary>The same, where a cancelled run that is executed again for the sake of what it must undo may go on: what is recorded is recorded.</summary>
    internal void ThrowIfStopped()
    {
        if (Run.Replay is not { IsBehind: true }) ThrowIfCancelled();
    }

    /// <summary>The high-water mark of everything this scope has seen.</summary>
    public Label? Label => _label;

    internal FlowRun Run { get; }

    internal RunFeatures Features { get; }

    /// <summary>The default lane of the effects in this scope.</summary>
    internal string? Lane { get; }

    /// <summary>The flow or agent whose code runs here: the "from" of what it asks for.</summary>
    internal string Owner { get; }

    /// <summary>What the effects in this scope are traced under; null while nobody traces.</summary>
    internal ScopeSpan? Span { get; set; }

    /// <summary>How many scopes deep this one is, the root included.</summary>
    internal int Depth { get; }

    /// <summary>How far a long chain of verbs has come in this scope.</summary>
    internal Landed? Landed { get; set; }

    /// <summary>Runs a step and returns its result: at once when it is recorded, otherwise through the gate.</summary>
    /// <typeparam name="TIn">What the step takes.</typeparam>
    /// <typeparam name="TOut">What the step yields.</typeparam>
    /// <param name="step">The step. The second use of the same instance in this scope gets the path segment <c>name#2</c>.</param>
    /// <param name="input">Its input.</param>
    /// <exception cref="EffectFailedException">The step failed for good.</exception>
    /// <exception cref="FlowContextMisuseException">Another call is in flight, or the flow has returned.</exception>
    /// <exception cref="FlowDefinitionException">Another step of this scope has the same name.</exception>
    public ValueTask<TOut> RunAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input)
    {
        ArgumentNullException.ThrowIfNull(step);
        BeginCall();
        ValueTask<TOut> call;
        try
        {
            call = step.InvokeAsync(this, PathOf(step), input);
        }
        catch
        {
            EndCall();
            throw;
        }

        return Track(call);
    }

    /// <summary>The path of the next use of a step in this scope.</summary>
    internal StepPath PathOf(Step step)
    {
        var (occurrence, other) = Names.Next(step.Name, step);
        if (other is not null && other is not Step { } || other is Step clash && !clash.IsSameAs(step))
        {
            throw new FlowDefinitionException(Path.ToString(), [new FlowDefect(
                $"{Path}/{step.Name}", $"two different steps are named '{step.Name}' in one scope", $"name one of them otherwise: step.As(\"…\")")]);
        }

        return Path.Child(step.Name, occurrence);
    }

    /// <summary>The path of the next use of a verb in this scope.</summary>
    internal StepPath PathOf(string verb) => Path.Child(verb, Names.Next(verb, verb).Occurrence);

    private ScopeNames Names => _names ??= new();

    internal void BeginCall()
    {
        if (_generation != Run.Generation) throw new FlowContextMisuseException(Path, "this context belongs to an execution that was unloaded. Await nothing but the context's own calls in flow code.");
        var state = Interlocked.CompareExchange(ref _state, Busy, Idle);
        if (state == Busy) throw new FlowContextMisuseException(Path, "a second call was made while one is in flight. Run steps concurrently with AllAsync, ForEachAsync or AnyAsync.");
        if (state == Closed) throw new FlowContextMisuseException(Path, "the context was used after its flow had returned.");
    }

    internal void EndCall() => Interlocked.CompareExchange(ref _state, Idle, Busy);

    internal ValueTask<T> Track<T>(ValueTask<T> call)
    {
        if (!call.IsCompleted) return AwaitCallAsync(call);
        EndCall();
        return call;
    }

    /// <summary>Ends the scope; throws when a call is still in flight.</summary>
    internal void Close()
    {
        if (Interlocked.Exchange(ref _state, Closed) == Busy)
        {
            throw new FlowContextMisuseException(Path, "the flow returned with a call in flight. Await every call.");
        }
    }

    /// <summary>Ends the scope of a flow that failed: its failure says more than a call left in flight.</summary>
    internal void Abort() => Interlocked.Exchange(ref _state, Closed);

    /// <summary>The same scope, with what it sees collected apart.</summary>
    internal FlowContext Collecting() => new(Run, Path, CancellationToken, Label, Lane, Owner, Span, collects: true, Depth) { State = State, IsShielded = IsShielded };

    /// <summary>The same scope for what a recorded decision has left behind: as if it were cancelled, with what is recorded.</summary>
    internal FlowContext LeftBehind() => new(Run, Path, new CancellationToken(canceled: true), Label, Lane, Owner, Span, collects: true, Depth) { State = State, IsShielded = IsShielded };

    /// <summary>Raises the high-water mark; the scope of a join collects and hands on when it joins.</summary>
    internal void Raise(Label? label)
    {
        if (label is null) return;
        if (!_collects)
        {
            _label = AgentFlow.Label.Join(_label, label);
            return;
        }

        Label? seen;
        do seen = _collected;
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _collected, AgentFlow.Label.Join(seen, label), seen), seen));
    }

    /// <summary>What the branches of a join have seen, beyond what the scope had seen before.</summary>
    internal Label? Collected => _collects ? _collected : _label;

    private async ValueTask<T> AwaitCallAsync<T>(ValueTask<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        finally
        {
            EndCall();
        }
    }
}
