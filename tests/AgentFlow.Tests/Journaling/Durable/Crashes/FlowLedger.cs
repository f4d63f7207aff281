using AgentFlow.CrashChild;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable.Crashes;

/// <summary>What a child said of its runs before it died, and what it did to the world, compared with the journal it left.</summary>
internal sealed class FlowLedger(string directory)
{
    private static readonly string[] IrreversibleSteps = ["/charge", "/pay"];

    private readonly HashSet<RunId> _accepted = [];
    private readonly HashSet<RunId> _ended = [];
    private readonly HashSet<string> _executed = [];
    private readonly HashSet<string> _recorded = [];
    private readonly Dictionary<RunId, int> _read = [];

    /// <summary>How many times the process has been started, which is the number of its present life.</summary>
    public int Life { get; private set; }

    public int Accepted => _accepted.Count;

    public int Ended => _ended.Count;

    /// <summary>Executions whose outcome no later life knew, and which therefore happened again. This is allowed, and has to occur.</summary>
    public int Repeated { get; private set; }

    /// <summary>How often a later life continued a run.</summary>
    public int Continued { get; private set; }

    /// <summary>Runs that went on in another one.</summary>
    public int Successions { get; private set; }

    public string[] Begin(params string[] arguments) => [arguments[0], directory, $"{++Life}", .. arguments[1..]];

    /// <summary>Checks a life by what it has said and done, and by what it has added to the journal.</summary>
    public async Task CheckAsync(List<string> lines)
    {
        foreach (var line in lines) Note(line.Split(' ', 3));
        var added = new HashSet<string>(StringComparer.Ordinal);
        await using (var journal = FileJournal.Open(directory))
        {
            var runs = await ListAsync(journal);
            foreach (var run in _accepted) Assert.True(runs.ContainsKey(run), $"life {Life}: {run} was accepted and is lost");
            foreach (var run in _ended) Assert.True(runs[run].Last == JournalEntryKind.RunCompleted, $"life {Life}: the caller has the result of {run}, the journal ends with {runs[run].Last}");
            foreach (var (run, sequence) in _read) Assert.True(runs.TryGetValue(run, out var now) && now.Sequence >= sequence, $"life {Life}: {run} had {sequence} entries and has lost some");
            foreach (var run in runs.Values)
            {
                await ReadAsync(journal, run, _read.GetValueOrDefault(run.RunId), outcome => !_recorded.Contains(outcome) && added.Add(outcome));
                _read[run.RunId] = run.Sequence;
            }
        }

        CheckEffects();
        _recorded.UnionWith(added);
        foreach (var copy in Directory.GetFiles(directory, "*.broken")) File.Delete(copy);
    }

    /// <summary>Checks all that all lives have left, from the first entry on: each run has come to its end.</summary>
    public async Task CheckAllHaveEndedAsync()
    {
        await using var journal = FileJournal.Open(directory);
        var runs = await ListAsync(journal);
        var left = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in runs.Values)
        {
            var entries = await ReadAsync(journal, run, 0, left.Add);
            var number = FlowWork.NumberOf(run.RunId);
            if (ChildFlow.IsContinued(number) && !FlowWork.IsSuccessor(run.RunId))
            {
                Assert.True(entries[^1] is RunContinuedEntry, $"{run.RunId} ends with {entries[^1]}");
                Assert.True(runs.ContainsKey(((RunContinuedEntry)entries[^1]).Successor), $"{run.RunId} has no successor");
                Successions++;
                continue;
            }

            var end = entries[^1];
            Assert.True(end.Kind == JournalEntryKind.RunCompleted, $"{run.RunId} ends with {end}");
            Assert.Equal(ChildFlow.Expected(number), $"{end.Value}");
        }

        Assert.True(left.SetEquals(_recorded), "what was recorded is not what is there");
        Assert.True(_accepted.IsSubsetOf(runs.Keys), "a run that was accepted is lost");
        Assert.Equal(Successions, runs.Keys.Count(FlowWork.IsSuccessor));
    }

    private static async Task<Dictionary<RunId, StoredRun>> ListAsync(FileJournal journal) => await journal.ListAsync(default).ToDictionaryAsync(run => run.RunId);

    private void Note(string[] line)
    {
        switch (line)
        {
            case ["ACCEPTED", var run]: _accepted.Add(RunId.Parse(run)); break;
            case ["ENDED", var run, var result]:
                var id = RunId.Parse(run);
                Assert.Equal(ChildFlow.Expected(FlowWork.NumberOf(id)), result);
                _ended.Add(id);
                break;
            case ["HELD" or "LOST" or "FAILED", ..]: Assert.Fail($"life {Life}: {string.Join(' ', line)}"); break;
            default: break;
        }
    }

    private async Task<List<JournalEntry>> ReadAsync(FileJournal journal, StoredRun run, int after, Func<string, bool> isNew)
    {
        if (run.Sequence == after) return [];
        var stored = await journal.ReadAsync(run.RunId, after, default);
        Assert.Equal(Enumerable.Range(after + 1, run.Sequence - after), stored.Select(entry => entry.Sequence));
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        foreach (var entry in entries)
        {
            if (after > 0 && entry is RunStatusEntry { Reason: "recovered" }) Continued++;
            var isOutcome = entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true };
            Assert.True(!isOutcome || isNew($"{run.RunId} {entry.Path}"), $"life {Life}: two outcomes for {entry.Path} of {run.RunId}");
            Assert.False(entry is EffectFailedEntry, $"life {Life}: {entry}");
        }

        return entries;
    }

    /// <summary>An effect of the last life must not be one whose outcome a life before had left.</summary>
    private void CheckEffects()
    {
        var file = directory + ".effects";
        var now = File.Exists(file) ? File.ReadLines(file).Select(line => line.Split(' ', 2)).Where(line => line[0] == $"{Life}").Select(line => line[1]).ToList() : [];
        Assert.Equal(now.Count, now.Distinct(StringComparer.Ordinal).Count());
        foreach (var effect in now)
        {
            Assert.False(_recorded.Contains(effect), $"life {Life}: {effect} was recorded and happened again");
            if (_executed.Add(effect)) continue;
            Repeated++;
            Assert.False(IrreversibleSteps.Any(step => effect.EndsWith(step, StringComparison.Ordinal)), $"life {Life}: {effect} is irreversible and happened again");
        }
    }
}
