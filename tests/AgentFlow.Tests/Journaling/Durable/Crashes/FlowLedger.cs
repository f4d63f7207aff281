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
    private HashSet<string> _recorded = [];

    /// <summary>How many times the process has been started, which is the number of its present life.</summary>
    public int Life { get; private set; }

    public int Accepted => _accepted.Count;

    public int Ended => _ended.Count;

    /// <summary>Executions whose outcome no later life knew, and which therefore happened again. This is allowed, and has to occur.</summary>
    public int Repeated { get; private set; }

    /// <summary>Runs that a later life continued.</summary>
    public int Continued { get; private set; }

    public string[] Begin(params string[] arguments) => [arguments[0], directory, $"{++Life}", .. arguments[1..]];

    public async Task CheckAsync(List<string> lines)
    {
        foreach (var line in lines) Note(line.Split(' ', 3));
        var left = new HashSet<string>(StringComparer.Ordinal);
        await using (var journal = FileJournal.Open(directory))
        {
            var runs = await journal.ListAsync(default).ToDictionaryAsync(run => run.RunId);
            foreach (var run in _accepted) Assert.True(runs.ContainsKey(run), $"life {Life}: {run} was accepted and is lost");
            foreach (var run in _ended) Assert.True(runs[run].Last == JournalEntryKind.RunCompleted, $"life {Life}: the caller has the result of {run}, the journal ends with {runs[run].Last}");
            foreach (var run in runs.Values) await ReadAsync(journal, run, left);
        }

        CheckEffects(left);
        foreach (var copy in Directory.GetFiles(directory, "*.broken")) File.Delete(copy);
    }

    public async Task CheckAllHaveEndedAsync()
    {
        await using var journal = FileJournal.Open(directory);
        await foreach (var run in journal.ListAsync(default))
        {
            var end = EntryDecoder.Decode((await journal.ReadAsync(run.RunId, run.Sequence - 1, default))[0]);
            Assert.True(end.Kind == JournalEntryKind.RunCompleted, $"{run.RunId} ends with {end}");
            Assert.Equal(ChildFlow.Expected(FlowWork.NumberOf(run.RunId)), $"{end.Value}");
        }
    }

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

    private async Task ReadAsync(FileJournal journal, StoredRun run, HashSet<string> left)
    {
        var entries = await journal.ReadAsync(run.RunId, 0, default);
        Assert.Equal(Enumerable.Range(1, run.Sequence), entries.Select(entry => entry.Sequence));
        foreach (var entry in entries.Select(EntryDecoder.Decode))
        {
            if (entry is RunStatusEntry { Reason: "recovered" }) Continued++;
            var isOutcome = entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true };
            Assert.True(!isOutcome || left.Add($"{run.RunId} {entry.Path}"), $"life {Life}: two outcomes for {entry.Path} of {run.RunId}");
            Assert.False(entry is EffectFailedEntry, $"life {Life}: {entry}");
        }
    }

    /// <summary>An effect of the last life must not be one whose outcome the life before had left.</summary>
    private void CheckEffects(HashSet<string> left)
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

        foreach (var effect in _recorded) Assert.True(left.Contains(effect), $"life {Life}: the outcome of {effect} is lost");
        _recorded = left;
    }
}
