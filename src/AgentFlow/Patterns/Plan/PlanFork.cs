namespace AgentFlow;

/// <summary>
/// The steps of a plan in one run. A step starts the moment those that it needs have ended, a bounded number at a time; that one fails
/// ends no other. Nothing is decided here: what ended how is recorded by the steps.
/// </summary>
internal sealed class PlanFork : Join
{
    private readonly Lock _lock = new();
    private readonly int[][] _dependents;
    private readonly int[] _missing;
    private readonly int _maxParallel;
    private readonly Queue<int> _ready = new();
    private readonly Queue<int> _starting = new();
    private int _running;

    public PlanFork(FlowContext parent, ForkBranch[] branches, int[][] inputs, int maxParallel, StepPath path)
        : base(parent, branches, path)
    {
        _maxParallel = maxParallel;
        _missing = Array.ConvertAll(inputs, needed => needed.Length);
        var dependents = inputs.SelectMany((needed, index) => needed, static (_, needed) => needed).Distinct().ToDictionary(static index => index, _ => new List<int>());
        for (var index = 0; index < inputs.Length; index++)
        {
            foreach (var needed in inputs[index]) dependents[needed].Add(index);
        }

        _dependents = [.. Enumerable.Range(0, inputs.Length).Select(index => dependents.TryGetValue(index, out var list) ? list.ToArray() : [])];
    }

    protected override bool HasSpare
    {
        get
        {
            lock (_lock) return _starting.Count > 1;
        }
    }

    public override void Continue()
    {
        if (HasSpare) Lend();
        StartBranches();
    }

    protected override void Mark(Journaling.ReplayIndex replay)
    {
        foreach (var branch in Branches) replay.MarkLaterBranch(branch.Path);
    }

    protected override int Prepare(int[]? kept)
    {
        lock (_lock)
        {
            for (var index = 0; index < _missing.Length; index++)
            {
                if (_missing[index] == 0) _ready.Enqueue(index);
            }

            return Promote();
        }
    }

    protected override void StartBranches()
    {
        while (TryTake(out var index))
        {
            if (IsDecided) Leave();
            else Branches[index].Start(this);
        }
    }

    protected override void OnSucceeded(ForkBranch branch)
    {
        int promoted;
        lock (_lock)
        {
            _running--;
            foreach (var dependent in _dependents[branch.Index])
            {
                if (--_missing[dependent] == 0) _ready.Enqueue(dependent);
            }

            promoted = IsDecided ? 0 : Promote();
        }

        Enter(promoted);
    }

    /// <summary>What nobody else can do instead ends the flow, when the steps that do not need it have ended.</summary>
    protected override void OnFailed(ForkBranch branch)
    {
        int promoted;
        lock (_lock)
        {
            _running--;
            promoted = IsDecided ? 0 : Promote();
        }

        Enter(promoted);
    }

    protected override Exception? Shortfall() => FirstError();

    protected override bool HasState => Array.Exists(Branches, branch => !ReferenceEquals(branch.StateIn(Scope), Scope.State));

    /// <summary>Steps that have everything they need get a place while there is one. A step without a place is asleep: it does not keep the run awake.</summary>
    private int Promote()
    {
        var promoted = 0;
        while (_running < _maxParallel && _ready.TryDequeue(out var index))
        {
            Parent.Run.Replay?.MarkBranch(Branches[index].Path);
            _starting.Enqueue(index);
            _running++;
            promoted++;
        }

        return promoted;
    }

    private bool TryTake(out int index)
    {
        lock (_lock) return _starting.TryDequeue(out index);
    }
}

/// <summary>A step of a plan in a run. Its scope has seen what the steps have seen whose results it takes, and nothing else.</summary>
internal sealed class PlanBranch<TIn, TOut>(Step<TIn, TOut> worker, StepPath path, int index, PlanBranch<TIn, TOut>[] inputs, Func<TIn> task) : ForkBranch<Outcome<TOut>>(path, index)
{
    public const string Skipped = "Skipped";
    private FlowContext? _scope;

    public override Label? Label => _scope?.Label;

    public override StateChain? StateIn(FlowContext join) => _scope is null ? join.State : _scope.State;

    protected override async ValueTask<Outcome<TOut>> Invoke(FlowContext scope)
    {
        var label = scope.Label;
        var state = scope.State;
        foreach (var input in inputs)
        {
            if (!input.Result.IsSuccess) return Outcome<TOut>.Failure(Skipped, $"step '{input.Path.Name}' has no result", Path);
            label = AgentFlow.Label.Join(label, input.Label);
            state = StateChain.Merge(scope.State, state, input.StateIn(scope));
        }

        _scope = new FlowContext(scope.Run, Path, scope.CancellationToken, label, scope.Lane, scope.Owner, scope.Span, depth: scope.Depth) { State = state, IsShielded = scope.IsShielded };
        try
        {
            return Outcome<TOut>.Success(await ChildScope.RunInAsync(_scope, scope, this, static (branch, inside) => inside.RunAsync(branch.Worker, branch.Task())).ConfigureAwait(false), Path);
        }
        catch (Exception exception) when (Participant.MayBeReplaced(exception))
        {
            return Participant.Failure<TOut>(exception, Path);
        }
    }

    private Step<TIn, TOut> Worker => worker;

    private Func<TIn> Task => task;
}
