namespace AgentFlow;

/// <summary>
/// What was delegated so far, and what was learnt by it. Finds out whether a supervisor repeats itself: the same task for the same worker
/// while nothing new is known.
/// </summary>
internal sealed class SupervisionLog<TTask, TResult>
{
    private static readonly IEqualityComparer<TTask> Tasks = ValueComparer<TTask>.Default;
    private static readonly IEqualityComparer<TResult> Results = ValueComparer<TResult>.Default;
    private readonly Dictionary<string, List<Done>> _byWorker = new(StringComparer.Ordinal);
    private readonly GrowingList<Delegated<TTask, TResult>> _all = new();
    private readonly List<Done> _unfinished = [];
    private readonly List<string> _idle = [];
    private int _facts;
    private int _warnedAt = -1;

    /// <summary>Everything so far; later additions lie outside of it.</summary>
    public IReadOnlyList<Delegated<TTask, TResult>> Snapshot() => _all.Snapshot();

    public void Add(Delegated<TTask, TResult> delegated)
    {
        _all.Add(delegated);
        var earlier = _byWorker.TryGetValue(delegated.Worker, out var list) ? list : _byWorker[delegated.Worker] = [];
        var isKnown = earlier.Exists(done => Tasks.Equals(done.Task, delegated.Task) && Same(done.Outcome, delegated.Outcome));
        if (!isKnown)
        {
            _facts++;
            _idle.Clear();
        }
        else
        {
            _idle.Add(delegated.Worker);
        }

        var entry = new Done(delegated.Task, delegated.Outcome, isKnown);
        earlier.Add(entry);
        _unfinished.Add(entry);
    }

    /// <summary>What was delegated at once was learnt at once.</summary>
    public void EndTurn()
    {
        foreach (var done in _unfinished) done.KnownAt = _facts;
        _unfinished.Clear();
    }

    /// <summary>Which delegations of a move are carried out, what the supervisor is told of the others, and whether it goes round in a circle. Changes nothing.</summary>
    public SupervisorTurn<TTask, TOut> Judge<TOut>(SupervisorMove<TTask, TOut> move, SuperviseOptions options, IReadOnlyDictionary<string, Step<TTask, TResult>> workers, string supervisor)
    {
        var given = move.Delegations ?? [];
        if (given.Count == 0 && move.Finish is not null) return new(move, [], [], []);
        var notices = new List<string>();
        var accepted = new List<int>();
        var refused = new List<string>();
        if (move.Finish is not null) notices.Add("You delegated and finished in the same turn, so nothing was done. Do one or the other.");
        else if (given.Count == 0) notices.Add("You neither delegated nor finished. Do one or the other.");
        else Sort(given, options, workers, accepted, refused, notices);
        if (accepted.Count > 0) return new(move, accepted, [], notices);
        if (refused.Count == 0) refused.Add(supervisor);
        return _warnedAt == _facts
            ? new(move, [], refused, notices, [.. _idle.Concat(refused).Distinct()], Math.Max(2, 1 + _idle.Count(idle => idle == refused[0])))
            : new(move, [], refused, notices);
    }

    /// <summary>Takes note of a turn that was judged, now or before a restart: one in which nothing was done was a warning.</summary>
    public void Note<TOut>(SupervisorTurn<TTask, TOut> turn)
    {
        if (turn.Idle.Count == 0) return;
        _idle.AddRange(turn.Idle);
        _warnedAt = _facts;
    }

    private void Sort(
        IReadOnlyList<Delegation<TTask>> given, SuperviseOptions options, IReadOnlyDictionary<string, Step<TTask, TResult>> workers, List<int> accepted, List<string> refused, List<string> notices)
    {
        var repeated = new List<string>();
        for (var i = 0; i < given.Count && accepted.Count < options.Delegations; i++)
        {
            var (worker, task) = given[i] is { Worker: { } name } delegation ? (name, delegation.Task) : ("", default!);
            if (!workers.ContainsKey(worker))
            {
                if (refused.Count < options.Delegations) notices.Add($"There is no worker '{EntryName(worker)}'. The workers are: {string.Join(", ", workers.Keys)}.");
                refused.Add(worker);
            }
            else if (accepted.Exists(other => given[other].Worker == worker && Tasks.Equals(given[other].Task, task)) || IsStale(worker, task))
            {
                repeated.Add(worker);
                refused.Add(worker);
            }
            else
            {
                accepted.Add(i);
            }
        }

        if (repeated.Count > 0) notices.Add($"You have delegated this before, and nothing new is known since: {string.Join(", ", repeated)}. It was not carried out again; its outcome is in the list. Delegate something else, or finish.");
        var left = given.Count - accepted.Count - refused.Count;
        if (left > 0) notices.Add($"The last {left} of your {given.Count} delegations were not carried out: at most {options.Delegations} are in one turn. Delegate them again if they are still needed.");
    }

    /// <summary>The same again, and nobody knows more than when it was done last. What has failed may be tried once more.</summary>
    private bool IsStale(string worker, TTask task) => _byWorker.TryGetValue(worker, out var list)
        && list.FindLast(done => Tasks.Equals(done.Task, task)) is { } last
        && last.KnownAt == _facts
        && (last.Outcome.IsSuccess || last.IsRepeated);

    private static bool Same(in Outcome<TResult> left, in Outcome<TResult> right) => left.IsSuccess
        ? right.IsSuccess && Results.Equals(left.Value, right.Value)
        : !right.IsSuccess && left.ErrorType == right.ErrorType && left.Message == right.Message;

    private static string EntryName(string worker) => worker.Length <= 64 ? worker : worker[..64] + "…";

    private sealed class Done(TTask task, Outcome<TResult> outcome, bool isRepeated)
    {
        public TTask Task => task;

        public Outcome<TResult> Outcome => outcome;

        /// <summary>Whether it came out as before.</summary>
        public bool IsRepeated => isRepeated;

        /// <summary>How much was known when it was done, with what was done beside it.</summary>
        public int KnownAt { get; set; } = -1;
    }
}
