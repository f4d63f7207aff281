using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// Applies flow code to the items of a sequence, a bounded number at a time. The source is enumerated once, as places become
/// free; results come back in input order. The first failure decides and cancels the others.
/// </summary>
internal sealed class ForEachFork<TItem, TOut> : IThreadPoolWorkItem, IValueTaskSource<IReadOnlyList<TOut>>
{
    private readonly Lock _lock = new();
    private readonly FlowContext _parent;
    private readonly FlowContext _scope;
    private readonly StepPath _path;
    private readonly IEnumerator<TItem> _items;
    private readonly Func<TItem, StepPath, FlowContext, ValueTask<TOut>> _body;
    private readonly CancellationTokenSource _cancellation;
    private readonly int _maxParallel;
    private readonly int? _onlyIndex;
    private FlowContext? _left;
    private volatile int _failed = -1;
    private readonly Func<int, StepPath>? _places;
    private readonly List<TOut> _results = [];
    private ManualResetValueTaskSourceCore<IReadOnlyList<TOut>> _core;
    private int _taken;
    private int _inFlight;
    private bool _exhausted;
    private bool _completed;
    private Exception? _error;

    /// <param name="parent">The scope.</param>
    /// <param name="path">The verb's path.</param>
    /// <param name="items">The source.</param>
    /// <param name="maxParallel">How many are in flight.</param>
    /// <param name="body">The code.</param>
    /// <param name="places">Where an item runs, when not at its number below the path.</param>
    public ForEachFork(FlowContext parent, StepPath path, IEnumerable<TItem> items, int maxParallel, Func<TItem, StepPath, FlowContext, ValueTask<TOut>> body, Func<int, StepPath>? places = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallel, 1);
        _parent = parent;
        _path = path;
        _items = Enumerate(items);
        _maxParallel = maxParallel;
        _body = body;
        _places = places;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(parent.CancellationToken);
        _scope = new FlowContext(parent.Run, parent.Path, _cancellation.Token, parent.Label, parent.Lane, parent.Owner, parent.Span, collects: true, parent.Depth) { State = parent.State, IsShielded = parent.IsShielded };
        parent.Run.Replay?.MarkBranches(path);
        if (!parent.TryRecorded<int[]>(path, DecisionKind.Join, out var recorded)) return;
        _onlyIndex = recorded[0];
        parent.Run.Abandon(path);
    }

    /// <summary>What the source itself throws has happened here, whoever sees it.</summary>
    private IEnumerator<TItem> Enumerate(IEnumerable<TItem> items)
    {
        try
        {
            return items.GetEnumerator();
        }
        catch (Exception exception)
        {
            _parent.Run.NoteFailure(exception, _path);
            throw;
        }
    }

    public ValueTask<IReadOnlyList<TOut>> RunAsync()
    {
        if (_maxParallel > 1) Lend();
        Pump();
        _parent.Run.Rest();
        return new(this, _core.Version);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (HasRoom()) Lend();
        Pump();
        _parent.Run.Rest();
    }

    IReadOnlyList<TOut> IValueTaskSource<IReadOnlyList<TOut>>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<IReadOnlyList<TOut>>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<IReadOnlyList<TOut>>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    /// <summary>Offers room to the pool. The run stays awake until the offer is taken.</summary>
    private void Lend()
    {
        _parent.Run.Wake();
        _parent.Run.Runtime.Dispatcher.Dispatch(this);
    }

    private bool HasRoom()
    {
        lock (_lock) return !_exhausted && _inFlight < _maxParallel - 1;
    }

    /// <summary>Starts items while there is room. An item that ends at once makes room for the next one in the same loop.</summary>
    private void Pump()
    {
        while (TryTake(out var item, out var index, out var fault))
        {
            var work = fault is null ? Start(item, index) : ValueTask.FromException<TOut>(fault);
            if (work.IsCompleted)
            {
                End(work.GetAwaiter(), index);
                _parent.Run.Rest();
            }
            else _ = new Continuation(this, work.ConfigureAwait(false).GetAwaiter(), index);
        }
    }

    private ValueTask<TOut> Start(TItem item, int index)
    {
        try
        {
            return _body(item, _path.Index(index), IsLeftBehind(index) ? _left ??= _scope.LeftBehind() : _scope);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<TOut>(exception);
        }
    }

    private bool TryTake(out TItem item, out int index, out Exception? fault)
    {
        fault = null;
        lock (_lock)
        {
            item = default!;
            index = _taken;
            while (!_exhausted && _inFlight < _maxParallel)
            {
                if (_error is not null && !OwesUndo(_path) || !TryMoveNext(ref item, out fault))
                {
                    _exhausted = true;
                    break;
                }

                index = _taken++;
                _results.Add(default!);
                if (fault is null && IsLeftBehind(index) && !OwesUndo(_path.Index(index))) continue;
                _inFlight++;
                _parent.Run.Wake();
                return true;
            }
        }

        CompleteIfDone();
        return false;
    }

    /// <summary>A source that throws is the last item, and fails.</summary>
    private bool TryMoveNext(ref TItem item, out Exception? fault)
    {
        fault = null;
        try
        {
            if (!_items.MoveNext()) return false;
            item = _items.Current;
        }
        catch (Exception exception)
        {
            fault = exception;
            _parent.Run.NoteFailure(exception, _path);
            _exhausted = true;
        }

        return true;
    }

    private void End(ValueTaskAwaiter<TOut> ended, int index)
    {
        try
        {
            var result = ended.GetResult();
            lock (_lock)
            {
                _results[index] = result;
                _inFlight--;
            }
        }
        catch (Exception exception)
        {
            OnFailed(exception, index);
        }
    }

    /// <summary>The item counts as in flight until its failure is journaled and the others are cancelled: the join cannot end before.</summary>
    private void OnFailed(Exception exception, int index)
    {
        if (IsLeftBehind(index))
        {
            lock (_lock) _inFlight--;
            return;
        }

        bool isFirst;
        lock (_lock)
        {
            isFirst = _error is null;
            _error ??= exception;
        }

        var decides = isFirst && exception is not ScopeCancelledException && !(exception is OperationCanceledException && (_cancellation.IsCancellationRequested || _parent.IsCancelled));
        if (decides)
        {
            _failed = index;
            if (_onlyIndex is null && !Resilience.IsBrokenContract(exception)) _parent.Run.Append(new DecisionMadeEntry<int[]>(_path, DecisionKind.Join, [index], "an item failed"));
            if (_parent.Run.Replay is not null) _parent.Run.Abandon(_path);
            _parent.Run.CancelScope(_cancellation);
        }

        lock (_lock) _inFlight--;

        // What is left behind is undone first: then the last item completes the verb.
        if (decides && !OwesUndo(_path) && !_parent.Run.HasOpenSagaIn([_path])) Complete();
    }

    /// <summary>Whether the verb has ended with the failure of another item.</summary>
    private bool IsLeftBehind(int index) => (_onlyIndex ?? _failed) is >= 0 and var only && only != index;

    /// <summary>Whether something in a scope may have to be undone that an earlier execution did.</summary>
    private bool OwesUndo(StepPath scope) => _parent.Run.Replay?.OwesUndo(scope) == true;

    private void CompleteIfDone()
    {
        lock (_lock)
        {
            if (!_exhausted || _inFlight > 0) return;
        }

        Complete();
    }

    private void Complete()
    {
        lock (_lock)
        {
            if (_completed) return;
            _completed = true;
            Exhaust();
        }

        _cancellation.Dispose();
        _parent.Run.Wake();
        _parent.Raise(_scope.Collected);
        if (_error is null && _scope.HasCollectedState) JoinState();
        if (_error is { } error) _core.SetException(error);
        else _core.SetResult(_results);
    }

    private void JoinState()
    {
        try
        {
            _parent.JoinState(Enumerable.Range(0, _taken).Select(index => _scope.StateOf(_places?.Invoke(index) ?? _path.Index(index))));
        }
        catch (AgentFlowException exception)
        {
            _error = exception;
            _parent.Run.NoteFailure(exception, _path);
        }
    }

    private void Exhaust()
    {
        if (_onlyIndex is { } only) _error ??= new FlowNondeterminismException(_path.Index(only), "the failure that ended the verb", "no failure");
        try
        {
            _items.Dispose();
        }
        catch (Exception exception)
        {
            // As in a loop: a source that fails to end fails the verb.
            if (_error is not null) return;
            _error = exception;
            _parent.Run.NoteFailure(exception, _path);
        }
    }

    private sealed class Continuation
    {
        private readonly ForEachFork<TItem, TOut> _fork;
        private readonly int _index;
        private readonly ConfiguredValueTaskAwaitable<TOut>.ConfiguredValueTaskAwaiter _awaiter;

        public Continuation(ForEachFork<TItem, TOut> fork, ConfiguredValueTaskAwaitable<TOut>.ConfiguredValueTaskAwaiter awaiter, int index)
        {
            _fork = fork;
            _index = index;
            _awaiter = awaiter;
            awaiter.UnsafeOnCompleted(Run);
        }

        private void Run()
        {
            ValueTask<TOut> ended;
            try
            {
                ended = new(_awaiter.GetResult());
            }
            catch (Exception exception)
            {
                ended = ValueTask.FromException<TOut>(exception);
            }

            _fork.End(ended.GetAwaiter(), _index);
            _fork.Pump();
            _fork._parent.Run.Rest();
        }
    }
}
