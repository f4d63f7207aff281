using System.Collections.Concurrent;

namespace AgentFlow.Journaling.Files;

/// <summary>All runs by key. Built by reading the segments, kept up to date by the committer. Thread-safe.</summary>
internal sealed class RunIndex
{
    private readonly ConcurrentDictionary<string, RunState> _runs;

    public RunIndex(IEnumerable<RunState> runs) =>
        _runs = new(runs.Select(run => KeyValuePair.Create(run.Run, run)), StringComparer.Ordinal);

    /// <summary>How many runs there are, removed ones included.</summary>
    public int Count => _runs.Count;

    public RunState? Find(string run) => _runs.GetValueOrDefault(run);

    public RunState FindOrAdd(string run) => _runs.GetOrAdd(run, static key => new RunState(key));

    /// <param name="removedToo">Whether removed runs are listed.</param>
    public IEnumerable<RunInfo> List(bool removedToo)
    {
        foreach (var (_, run) in _runs)
        {
            RunInfo info;
            lock (run) info = run.Info;
            if (info.Sequence > 0 && (removedToo || !info.IsRemoved)) yield return info;
        }
    }
}
