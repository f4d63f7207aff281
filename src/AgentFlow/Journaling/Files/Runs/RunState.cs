using System.Diagnostics;

namespace AgentFlow.Journaling.Files;

/// <summary>
/// A run in the index, twice: as it will be once everything in the queue is written, which appends are checked against, and
/// as it is on the disk, which readers see. Guarded by a lock on the instance.
/// </summary>
[DebuggerDisplay("{Run,nq} at {Durable.Sequence} (accepted {Accepted.Sequence})")]
internal sealed class RunState(string run)
{
    private readonly List<Extent> _extents = new(1);

    public string Run { get; } = run;

    public RunTail Accepted { get; set; }

    public RunTail Durable { get; private set; }

    public long Bytes { get; private set; }

    public bool Exists => Durable.Sequence > 0;


    public RunInfo Info => new(
        Run, Durable.Sequence, Durable.Epoch, Durable.Kind, Durable.Status, Durable.Time, Durable.Head, Bytes, Durable.IsRemoved);

    /// <summary>Finds the extent that has the record behind a sequence, and the one before it.</summary>
    public bool TryLocate(long after, out Extent extent, out Extent? previous)
    {
        (extent, previous) = (default, null);
        if (Durable.IsRemoved || after >= Durable.Sequence) return false;
        int low = 0;
        for (int high = _extents.Count - 1; low < high;)
        {
            int middle = (low + high + 1) / 2;
            if (_extents[middle].First <= after + 1) low = middle;
            else high = middle - 1;
        }

        extent = _extents[low];
        if (low > 0) previous = _extents[low - 1];
        return true;
    }

    /// <summary>Whether the records are where they were found.</summary>
    public bool IsAt(in Extent extent) => _extents.Contains(extent);

    /// <summary>Takes note of records that are on the disk.</summary>
    public void Publish(in Extent extent, in RunTail tail)
    {
        if (tail.IsRemoved && !Durable.IsRemoved)
        {
            foreach (var dead in _extents) dead.Segment.AddDeadBytes(dead.Length);
            _extents.Clear();
            Bytes = 0;
        }

        if (_extents.Count > 0 && _extents[^1].IsFollowedBy(extent)) _extents[^1] = _extents[^1].With(extent);
        else _extents.Add(extent);
        Bytes += extent.Length;
        Durable = tail;
    }

    /// <summary>Compaction has moved the run's records out of some segments.</summary>
    public void Move(IReadOnlyList<Segment> from, List<Extent> to)
    {
        int first = _extents.FindIndex(e => from.Contains(e.Segment));
        if (first < 0)
        {
            // The run was removed while its records were copied.
            foreach (var dead in to) dead.Segment.AddDeadBytes(dead.Length);
            return;
        }

        _extents.RemoveAll(e => from.Contains(e.Segment));
        _extents.InsertRange(first, to);
    }
}
