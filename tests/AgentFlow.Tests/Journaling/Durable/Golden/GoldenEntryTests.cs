using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable.Golden;

/// <summary>
/// Histories as format version 1 wrote them, kept for good: every kind of entry with what it says in words, and runs that are
/// recovered from every prefix. Every later version reads them. Written anew only on demand: <c>AGENTFLOW_GOLDEN_ENTRIES</c> names the directory.
/// </summary>
public class GoldenEntryTests
{
    private static readonly string[] Runs = ["tuples", "outcomes", "quorum", "graph", "agent", "agent-as-step", "content", "delays", "questions", "approvals", "cache", "fallback", "patched", "timeout", "state"];

    private static string Golden => Path.Combine(AppContext.BaseDirectory, "Journaling", "Durable", "Golden", "version-1");

    public static TheoryData<string> Names => [.. Runs];

    [Fact]
    public void Random_entries_of_every_kind_are_read_as_they_were_written()
    {
        var kinds = new HashSet<JournalEntryKind>();
        for (var seed = 0; seed < 200; seed++)
        {
            foreach (var entry in new EveryEntry(new Random(seed)).Create())
            {
                kinds.Add(entry.Kind);
                var stored = EntryEncoder.Encode(entry, Options);
                var read = EntryDecoder.Decode(stored);
                Assert.True(EntryText.Of(entry).SequenceEqual(EntryText.Of(read)), $"seed {seed}:\n{string.Join('\n', EntryText.Of(entry).Except(EntryText.Of(read)))}\nread as\n{string.Join('\n', EntryText.Of(read).Except(EntryText.Of(entry)))}");
                Assert.Equal(System.Text.Encoding.UTF8.GetString(stored.Body.Span), System.Text.Encoding.UTF8.GetString(EntryEncoder.Encode(read, Options).Body.Span));
            }
        }

        Assert.Equal([JournalEntryKind.MessageSent], Enum.GetValues<JournalEntryKind>().Except(kinds));
    }

    [Fact]
    public async Task Every_kind_of_entry_of_format_version_1_is_read()
    {
        var entries = (await ReadAsync("every-entry")).Select(EntryDecoder.Decode);
        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(Golden, "every-entry.txt"), TestContext.Current.CancellationToken), entries.SelectMany(EntryText.Of));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_run_of_format_version_1_is_recovered_from_every_prefix_and_finished(string name)
    {
        var stored = await ReadAsync(name);
        var end = EntryDecoder.Decode(stored[^1]);
        for (var length = 1; length < stored.Count; length++)
        {
            var did = new EveryPrefixTests.Did();
            var restarted = Restart.From<string>(stored.Take(length), Configure, EveryPrefixTests.Flow(name, did));
            Assert.True(restarted.Held is null, $"after {length}: {restarted.Held}");
            var now = EntryDecoder.Decode(Restart.Stored(restarted.Journal, restarted.Run!.Id)[^1]);
            Assert.True((end.Kind, $"{end.Value}") == (now.Kind, $"{now.Value}"), $"after {length}: {now}, and not {end}");
            var recorded = stored.Take(length).Select(EntryDecoder.Decode).Where(entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }).Select(entry => entry.Path);
            Assert.Empty(did.Bodies().Intersect(recorded));
        }
    }

    /// <summary>What people had done stands in the prefix or is done again; the fork comes to its own end, and has the origin in its first entry.</summary>
    [Theory]
    [InlineData("whole", "sum 24.!")]
    [InlineData("forked", "sum 24.!")]
    public async Task A_whole_run_of_format_version_1_and_its_fork_are_recovered_from_every_prefix(string name, string result)
    {
        var stored = await ReadAsync(name);
        var entries = stored.Select(EntryDecoder.Decode).ToList();
        var started = Assert.IsAssignableFrom<RunStartedEntry>(entries[0]);
        Assert.NotNull(started.Flow.Structure);
        Assert.Equal(name == "forked" ? ("whole", "whole/inner/add") : (null, null), (started.ForkedFrom?.RunId.ToString(), started.ForkedFrom?.Edited.Single().ToString()));
        Assert.Contains(entries, entry => entry is SignalReceivedEntry);
        Assert.Equal(name == "forked" ? [OperatorAct.Replaced] : [OperatorAct.Paused, OperatorAct.Replaced, OperatorAct.Continued], entries.OfType<OperatorActedEntry>().Select(entry => entry.Act));
        Assert.Contains(entries, entry => entry is DecisionMadeEntry { Decision: DecisionKind.Instructions });
        Assert.Contains("\"input\"", System.Text.Encoding.UTF8.GetString(stored.Last(entry => entry.Kind == JournalEntryKind.EffectCompleted).Body.Span), StringComparison.Ordinal);
        Assert.Equal(result, $"{entries[^1].Value}");

        // The entries that a fork takes over are one append.
        for (var length = name == "forked" ? entries.FindIndex(entry => entry is EffectCompletedEntry { StepName: "model" }) + 1 : 1; length < stored.Count; length++)
        {
            var did = new EveryPrefixTests.Did();
            var restarted = Restart.From<string>(stored.Take(length), null, WholeRun.Flow(did));
            Assert.True(restarted.Held is null, $"after {length}: {restarted.Held}");
            await WholeRun.FinishAsync(restarted.Test, started.RunId);
            var now = EntryDecoder.Decode(Restart.Stored(restarted.Journal, started.RunId)[^1]);
            Assert.True((JournalEntryKind.RunCompleted, result) == (now.Kind, $"{now.Value}"), $"after {length}: {now}");
            Assert.Empty(did.Bodies().Intersect(entries.Take(length).Where(entry => entry is EffectCompletedEntry).Select(entry => entry.Path)));
        }
    }

    [Fact]
    public async Task The_files_can_be_made_again()
    {
        var histories = Runs.Select(name => (name, Restart.Record(EveryPrefixTests.Flow(name, new()), 3, Configure))).ToList();
        var every = new EveryEntry(new Random(1)).Create();
        var (whole, forked) = await WholeRun.RecordAsync();
        histories.AddRange([("whole", whole), ("forked", forked)]);
        histories.Add(("every-entry", [.. every.Select(entry => EntryEncoder.Encode(entry, Options))]));
        Assert.All(histories, history => Assert.True(history.Item2.Count > 2));
        if (Environment.GetEnvironmentVariable("AGENTFLOW_GOLDEN_ENTRIES") is not { } target) return;
        Directory.CreateDirectory(target);
        foreach (var (name, entries) in histories)
        {
            await using var file = File.Create(Path.Combine(target, $"{name}.jsonl"));
            await JournalExport.WriteAsync(entries, file, TestContext.Current.CancellationToken);
        }

        await File.WriteAllLinesAsync(Path.Combine(target, "every-entry.txt"), every.SelectMany(EntryText.Of), TestContext.Current.CancellationToken);
    }

    internal static System.Text.Json.JsonSerializerOptions Options { get; } = new FlowRuntime(new FlowRuntimeOptions()).Json;

    private static async Task<IReadOnlyList<StoredEntry>> ReadAsync(string name)
    {
        await using var file = File.OpenRead(Path.Combine(Golden, $"{name}.jsonl"));
        return await JournalExport.ReadAsync(file, TestContext.Current.CancellationToken);
    }

    private static void Configure(FlowRuntimeOptions options) => options.Approver = new EveryPrefixTests.Yes();
}
