using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing.Tests.Histories;

/// <summary>Stored histories against changed flows.</summary>
public sealed class FlowReplayerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("histories").FullName;
    private int _executed;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Step<int, int> Work(string name, int plus = 1) => Step.Create<int, int>(name, (x, _) =>
    {
        _executed++;
        return x + plus;
    });

    private Flow<int, string> Claims(int limit = 10, int max = 3, Func<int, string>? letter = null) => Flow.Start<int>("claims")
        .Then(Work("load"))
        .Loop("grow", Work("grown"), until: x => x > limit, max, OnLimit.Return)
        .Route("risk", x => x > 5, r => r.Case(true, Work("audit")).Otherwise(Work("settle")))
        .Approve("boss", when: x => x > 100)
        .Map(letter ?? (x => $"letter {x}"))
        .Build();

    private async Task<IReadOnlyList<StoredEntry>> HistoryAsync<TOut>(Flow<int, TOut> flow, int input, bool isOpen = false)
    {
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(flow, input);
        if (isOpen) await host.SettleAsync();
        else await host.DriveAsync(run);
        return await EntriesAsync(run);
    }

    private static async Task<IReadOnlyList<StoredEntry>> EntriesAsync(FlowRun run)
    {
        using var file = new MemoryStream();
        await run.ExportAsync(file);
        file.Position = 0;
        return await JournalExport.ReadAsync(file);
    }

    private static FlowReplayer Replayer(params Step[] flows)
    {
        var options = new FlowRuntimeOptions();
        foreach (var flow in flows) options.Steps.Add(flow);
        return new(options);
    }

    [Fact]
    public async Task The_same_flow_fits_its_history_and_from_every_prefix_of_it()
    {
        var history = await HistoryAsync(Claims(), 1);
        _executed = 0;
        for (var length = 1; length <= history.Count; length++)
        {
            var found = await Replayer(Claims()).CheckAsync([.. history.Take(length)]);
            Assert.True(found.Verdict == HistoryVerdict.Compatible, $"after {length}: {found}");
        }

        Assert.Equal(0, _executed);
    }

    private Flow<int, string> Signalled(string signal = "one") => Flow.FromCode<int, string>("signalled", async (x, ctx) =>
    {
        var first = await ctx.WaitForAsync<int>(signal);
        var sum = await ctx.RunAsync(Work("add", first), x);
        var second = await ctx.WaitForAsync<int>("two");
        return $"{await ctx.RunAsync(Work("end", second), sum)}";
    });

    /// <summary>Signals come early and late; a history may end before one that its run has had, and after one that nobody had taken yet.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signals_count_as_far_as_the_history_has_them(bool isEarly)
    {
        await using var host = new FlowTestHost();
        var run = await host.StartAsync(Signalled(), 1);
        if (!isEarly) await host.SettleAsync();
        await host.Runtime.SignalAsync(run.Id, "two", 20);
        if (!isEarly) await host.SettleAsync();
        await host.Runtime.SignalAsync(run.Id, "one", 10);
        await host.DriveAsync(run);
        Assert.Equal("31", await run.Result);
        var history = await EntriesAsync(run);
        _executed = 0;
        for (var length = 1; length <= history.Count; length++)
        {
            var found = await Replayer(Signalled()).CheckAsync([.. history.Take(length)]);
            Assert.True(found.Verdict == HistoryVerdict.Compatible, $"after {length}: {found}");
            var other = await Replayer(Signalled("three")).CheckAsync([.. history.Take(length)]);
            var hasGoneOn = history.Take(length).Any(entry => entry.Kind == JournalEntryKind.EffectCompleted);
            Assert.True(!hasGoneOn || other.Verdict == HistoryVerdict.Diverged, $"another signal, after {length}: {other}");
        }

        Assert.Equal(0, _executed);
    }

    [Fact]
    public async Task Decisions_are_taken_again_and_every_other_one_is_named()
    {
        var history = await HistoryAsync(Claims(), 1);
        var found = await Replayer(Claims(limit: 2)).CheckAsync(history);
        Assert.Equal(HistoryVerdict.Diverged, found.Verdict);
        Assert.Equal([("claims/grow/1", "the decision True", "False"), ("claims/grow/2", "the decision True", "False"), ("claims/grow/3", "the decision True", "False")], found.Divergences.Select(each => ($"{each.Path}", each.Recorded, each.Now)));
    }

    [Fact]
    public async Task Another_result_is_named()
    {
        var found = await Replayer(Claims(letter: x => $"dear {x}")).CheckAsync(await HistoryAsync(Claims(), 1));
        var divergence = Assert.Single(found.Divergences);
        Assert.Equal(("claims", "the result letter 6", "\"dear 6\""), ($"{divergence.Path}", divergence.Recorded, divergence.Now));
    }

    [Fact]
    public async Task A_changed_structure_is_refused_with_the_reason()
    {
        var history = await HistoryAsync(Claims(), 1);
        var changed = await Replayer(Claims(max: 4)).CheckAsync(history);
        Assert.Equal(HistoryVerdict.Refused, changed.Verdict);
        Assert.Contains("has another structure", changed.Reason, StringComparison.Ordinal);
        Assert.Contains("is not registered", (await Replayer().CheckAsync(history)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_goes_another_way_is_named_where_it_turns_off()
    {
        Flow<int, int> Code(params string[] steps) => Flow.FromCode<int, int>("code", async (x, ctx) =>
        {
            foreach (var step in steps) x = await ctx.RunAsync(Work(step), x);
            return x;
        });
        var history = await HistoryAsync(Code("one", "two", "three"), 1);
        _executed = 0;
        Assert.Equal(["'code/new': recorded EffectCompleted at 'code/two', which has not been asked for again, now step new: int → int, which is not recorded"], await Divergences(Code("one", "new", "two", "three"), history));
        Assert.Equal(["'code/three': recorded EffectCompleted, now nothing: the flow ended without asking for it"], await Divergences(Code("one", "two"), history));
        Assert.Equal(["'code/four': recorded RunCompleted, now an effect that is not recorded"], await Divergences(Code("one", "two", "three", "four"), history));

        // An open run has no end yet: it may go on as the flow says now, unless that is in front of what it has recorded.
        Assert.Empty(await Divergences(Code("one", "two", "three", "four"), [.. history.SkipLast(1)]));
        Assert.Equal(0, _executed);
    }

    private static async Task<IEnumerable<string>> Divergences(Step flow, IReadOnlyList<StoredEntry> history) =>
        (await Replayer(flow).CheckAsync(history)).Divergences.Select(static divergence => $"{divergence}");

    [Fact]
    public async Task An_open_question_is_asked_again()
    {
        Flow<int, string> Ask(string name) => Flow.FromCode<int, string>("ask", async (x, ctx) =>
        {
            await ctx.RunAsync(Work("load"), x);
            return await ctx.AskAsync(name, new Question<string>("?"));
        });
        var history = await HistoryAsync(Ask("who"), 1, isOpen: true);
        Assert.Equal(JournalEntryKind.RunSuspended, history[^1].Kind);
        Assert.Equal(HistoryVerdict.Compatible, (await Replayer(Ask("who")).CheckAsync(history)).Verdict);
        Assert.Equal(HistoryVerdict.Diverged, (await Replayer(Ask("whom")).CheckAsync(history)).Verdict);
    }

    [Fact]
    public async Task Files_of_a_directory_are_checked_and_the_assertion_names_the_one_that_does_not_fit()
    {
        foreach (var input in new[] { 1, 20 }) await WriteAsync($"claim-{input}.jsonl", await HistoryAsync(Claims(), input));
        await File.WriteAllTextAsync(Path.Combine(_directory, "other.txt"), "no history");
        (await Replayer(Claims()).CheckFilesAsync(_directory)).ShouldBeCompatible();
        var findings = await Replayer(Claims(limit: 2)).CheckFilesAsync(_directory);
        var error = Assert.Throws<FlowAssertionException>(findings.ShouldBeCompatible);
        Assert.Contains("1 of 2 histories fit", error.Message, StringComparison.Ordinal);
        Assert.Contains("claim-1.jsonl of 'claims': Diverged\n    'claims/grow/1': recorded the decision True, now False", error.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_directory, "broken.jsonl"), "{}");
        var broken = (await Replayer(Claims()).CheckFilesAsync(Path.Combine(_directory, "broken.jsonl"))).Histories.Single();
        Assert.Equal((HistoryVerdict.Refused, "broken.jsonl"), (broken.Verdict, broken.Source));
        Assert.Contains("Entry 1 of the history cannot be read", broken.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_check_is_no_good_news()
    {
        var findings = await Replayer(Claims()).CheckFilesAsync(_directory);
        Assert.Throws<FlowAssertionException>(findings.ShouldBeCompatible);
    }

    [Fact]
    public async Task Runs_of_a_journal_are_checked_where_they_are()
    {
        await using var journal = FileJournal.Open(_directory);
        await using (var runtime = new FlowRuntime(new() { Journal = journal }))
        {
            await runtime.RunAsync(Claims(), 1, new() { Id = "ended" });
            var open = await runtime.StartAsync(Claims(), 200, new() { Id = "open" });
            using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (runtime.Requests.Count == 0) await Task.Delay(1, hang.Token);
            Assert.Equal(RunStatus.Suspended, open.Status);
        }

        Assert.Equal(["ended", "open"], (await Replayer(Claims()).CheckAsync(journal)).ShouldBeCompatible().Histories.Select(history => history.Source).Order(StringComparer.Ordinal));
        Assert.Equal(["open"], (await Replayer(Claims()).CheckAsync(journal, openOnly: true)).Histories.Select(history => history.Source));
        using var file = new MemoryStream();
        await JournalExport.WriteAsync(journal, RunId.Parse("ended"), file);
        file.Position = 0;
        Assert.Equal(HistoryVerdict.Compatible, (await Replayer(Claims()).CheckAsync(await JournalExport.ReadAsync(file))).Verdict);
        await Assert.ThrowsAsync<ArgumentException>(async () => await JournalExport.WriteAsync(journal, RunId.Parse("unknown"), file));
    }

    private async Task WriteAsync(string name, IReadOnlyList<StoredEntry> entries)
    {
        await using var file = File.Create(Path.Combine(_directory, name));
        await JournalExport.WriteAsync(entries, file);
    }
}
