using System.Text.RegularExpressions;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Testing;
using Did = AgentFlow.Tests.Journaling.Durable.EveryPrefixTests.Did;

namespace AgentFlow.Tests.Journaling.Durable.Changes;

/// <summary>
/// A definition is changed between two processes: what becomes of the runs that the first one has left, wherever it stopped. Either
/// they are held with the reason, or the replay is refused and names both sides, or they go on; nothing is executed before a refusal,
/// and nothing that is recorded is executed again.
/// </summary>
public partial class DefinitionChangeTests
{
    [GeneratedRegex(@"\): ('[^']+' (\(.+\) is (gone|new)|(was|took|yielded|had|stands) )|the way from '[^']+' to '[^']+')")]
    private static partial Regex Difference();

    private static readonly List<(string Core, bool IsCode, DefinitionChange Change, Fate Fate)> Combinations =
    [
        .. from flow in ChangedFlow.All
           from change in DefinitionChange.All
           let fate = flow.IsCode ? change.Code : change.Built
           where fate is not null && (change.Core is null || change.Core == flow.Core)
           select (flow.Core, flow.IsCode, change, fate),
    ];

    public static TheoryData<string, bool> Flows => [.. ChangedFlow.All.Select(flow => new TheoryDataRow<string, bool>(flow.Core, flow.IsCode))];

    [Fact]
    public void There_are_thirty_kinds_of_change_twenty_flows_and_four_hundred_combinations()
    {
        Assert.True(Combinations.Select(each => each.Change.Name).Distinct().Count() >= 30);
        Assert.True(ChangedFlow.All.Distinct().Count() >= 20);
        Assert.True(Combinations.Count >= 400, $"{Combinations.Count}");
        Assert.All(DefinitionChange.All, change => Assert.Contains(Combinations, each => each.Change == change));
    }

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task Every_change_is_compatible_or_refused_with_the_reason(string core, bool isCode)
    {
        var recorded = Restart.Record(new ChangedFlow(core, isCode, null, new Did()).CreateUnchanged(), 3, Configure);
        var result = $"{EntryDecoder.Decode(recorded[^1]).Value}";
        Assert.Equal(JournalEntryKind.RunCompleted, recorded[^1].Kind);
        foreach (var (_, _, change, fate) in Combinations.Where(each => (each.Core, each.IsCode) == (core, isCode)))
        {
            var where = $"{(isCode ? "code" : "flow")} with {core}: {change.Name}";
            foreach (var length in Lengths(recorded.Count, fate))
            {
                Check($"{where}, after {length} of {recorded.Count}", new(core, isCode, change.Name, new Did()), fate, [.. recorded.Take(length)], result);
            }

            await CheckVerdictAsync(where, new(core, isCode, change.Name, new Did()), fate, recorded);
        }
    }

    /// <summary>A run that is held is held wherever it stopped: three places are enough. The others depend on what is recorded.</summary>
    private static IEnumerable<int> Lengths(int entries, Fate fate) => fate.Held is null ? Enumerable.Range(1, entries - 1) : [1, entries / 2, entries - 1];

    private static void Check(string where, ChangedFlow flow, Fate fate, StoredEntry[] prefix, string result)
    {
        var restarted = Restart.From<string>(prefix, Configure, flow.Create());
        var executed = flow.Did.Bodies().Select(path => $"{path}").ToList();
        if (fate.Held is { } reason)
        {
            Assert.True(restarted.Held?.Reason.Contains(reason, StringComparison.Ordinal) == true, $"{where}: not held, but {restarted.Run?.Status} or for another reason: {restarted.Held}");
            Assert.True(fate != Fate.Structure || restarted.Held!.Reason.Contains(((RunStartedEntry)EntryDecoder.Decode(prefix[0])).Fingerprint, StringComparison.Ordinal), where);
            Assert.True(fate != Fate.Structure || Difference().IsMatch(restarted.Held!.Reason), $"{where}: held, and nobody knows what differs: {restarted.Held!.Reason}");
            Assert.True(executed.Count == 0 && flow.Did.Calls.IsEmpty, $"{where}: held, and executed {string.Join(", ", executed)}");
            Assert.True(prefix.Length == Restart.Stored(restarted.Journal, restarted.Held!.RunId).Count, $"{where}: held, and something was written");
            return;
        }

        Assert.True(restarted.Held is null, $"{where}: {restarted.Held}");
        var run = restarted.Run!;
        var entries = prefix.Select(EntryDecoder.Decode).ToList();
        var outcomes = Outcomes(entries);
        if (fate.IsRefused(outcomes))
        {
            Assert.True(run is { Status: RunStatus.Suspended, Error: RunHeldException { InnerException: FlowNondeterminismException { Recorded.Length: > 0, Requested.Length: > 0 } } }, $"{where}: not held, but {run.Status} {run.StatusReason}");
            Assert.True(executed.Count == 0 && flow.Did.Calls.IsEmpty, $"{where}: refused, and executed {string.Join(", ", executed)} {string.Join(", ", flow.Did.Calls.Keys)}");
            CheckPutRight(where, flow.PutRight(), Restart.Stored(restarted.Journal, run.Id), result);
            return;
        }

        Assert.True(run.Status == RunStatus.Completed, $"{where}: {run.Status} {run.StatusReason}");
        Assert.True(!fate.IsSame || $"{run.Entries[^1].Value}" == result, $"{where}: {run.Entries[^1].Value}, and not {result}");
        var again = entries.Where(IsOutcome).Select(entry => $"{entry.Path}").Intersect(executed).ToList();
        Assert.True(again.Count == 0, $"{where}: repeats {string.Join(", ", again)}");
    }

    /// <summary>The run of a bad deployment is not lost: with the code of before it comes to the end of before.</summary>
    private static void CheckPutRight(string where, ChangedFlow right, IReadOnlyList<StoredEntry> held, string result)
    {
        var run = Restart.From<string>(held, Configure, right.CreateUnchanged()).Run;
        Assert.True(run?.Status == RunStatus.Completed && $"{run.Entries[^1].Value}" == result, $"{where}, put right: {run?.Status} {run?.StatusReason} {run?.Entries[^1].Value}");
        var again = held.Select(EntryDecoder.Decode).Where(IsOutcome).Select(entry => $"{entry.Path}").Intersect(right.Did.Bodies().Select(path => $"{path}")).ToList();
        Assert.True(again.Count == 0, $"{where}, put right: repeats {string.Join(", ", again)}");
    }

    /// <summary>The check before a deployment says the same of the run that has ended.</summary>
    private static async Task CheckVerdictAsync(string where, ChangedFlow flow, Fate fate, IReadOnlyList<StoredEntry> recorded)
    {
        var options = new FlowRuntimeOptions();
        options.Steps.Add(flow.Create());
        Configure(options);
        var found = await new FlowReplayer(options).CheckAsync(recorded);
        var entries = recorded.Select(EntryDecoder.Decode).ToList();
        var expected = fate.Held is not null ? HistoryVerdict.Refused : fate.IsRefused(Outcomes(entries)) ? HistoryVerdict.Diverged : HistoryVerdict.Compatible;
        Assert.True(found.Verdict == expected || found.Verdict == HistoryVerdict.Diverged && !fate.IsSame, $"{where}: {expected} expected, {found}");
        Assert.True(flow.Did.Calls.IsEmpty && !flow.Did.Bodies().Any(), $"{where}: the check has executed something");
    }

    private static HashSet<string> Outcomes(IEnumerable<JournalEntry> entries) => [.. entries.Where(entry => IsOutcome(entry) || entry is RequestOpenedEntry).Select(entry => entry.Path.Name)];

    private static bool IsOutcome(JournalEntry entry) => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true };

    private static void Configure(FlowRuntimeOptions options)
    {
        options.Approver = new EveryPrefixTests.Yes(new Principal("dora") { Roles = new HashSet<string> { "director" } });
        options.Scheduler.Lanes.Add("slow", new() { MaxConcurrent = 1 });
    }
}
