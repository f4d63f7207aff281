using System.Collections.Concurrent;

namespace AgentFlow.Testing.Tests.Evaluation;

public sealed class EvaluationRunTests
{
    private static readonly Flow<int, int> Double = Flow.Start<int>("double").Then("twice", (int x, StepContext _) => x < 0 ? throw new InvalidOperationException("no negatives") : x * 2).Build();

    private static EvaluationCase<int, int>[] Numbers(params int[] inputs) => [.. inputs.Select(x => new EvaluationCase<int, int>($"n{x}", x, x * 2))];

    [Fact]
    public async Task Results_are_in_the_order_of_the_cases_whichever_run_ends_first()
    {
        await using var runtime = new FlowRuntime();
        var others = new CountdownEvent(3);
        var started = new TaskCompletionSource();
        var flow = Flow.Start<int>("slow").Then("wait", async (int x, StepContext _) =>
        {
            if (others.Signal()) started.SetResult();
            await started.Task;
            return x * 2;
        }).Build();

        var report = await runtime.EvaluateAsync(flow, Numbers(1, 2, 3), s => s.Exact(), o => o.MaxParallel(3)).Soon();

        Assert.Equal(["n1", "n2", "n3"], report.Cases.Select(each => each.Name));
        Assert.Equal(["2", "4", "6"], report.Cases.Select(each => each.Runs.Single().Output));
    }

    [Fact]
    public async Task No_more_runs_are_under_way_than_allowed()
    {
        await using var runtime = new FlowRuntime();
        var (now, most) = (0, 0);
        var flow = Flow.Start<int>("busy").Then("work", async (int x, StepContext _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return x;
        }).Build();

        await runtime.EvaluateAsync(flow, Numbers([.. Enumerable.Range(0, 40)]), s => s.Satisfies("any", _ => true), o => o.MaxParallel(2).Repeat(3)).Soon();

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_failed_run_scores_nothing_and_says_why_and_the_others_go_on()
    {
        await using var host = new FlowTestHost();

        var report = await host.EvaluateAsync(Double, Numbers(1, -1, 2), s => s.Exact().Effects(1)).Soon();

        var failed = report.Case("n-1")!;
        Assert.Equal(("System.InvalidOperationException", "no negatives", "double/twice"), (failed.Runs[0].Failure!.Type, failed.Runs[0].Failure!.Message, failed.Runs[0].Failure!.Path));
        Assert.All(failed.Runs[0].Scores, score => Assert.Equal((0, "the run failed: System.InvalidOperationException at 'double/twice': no negatives", false), (score.Value, score.Reason, score.IsError)));
        Assert.Equal((1, 3, 0), (report.Totals.FailedRuns, report.Totals.Runs, report.Totals.ScorerErrors));
        Assert.Equal((1, 1), (report.Case("n1")!.Mean, report.Case("n2")!.Mean));
        Assert.Equal(0, failed.ScoreOf(CaseResult.Completed).Mean);
        Assert.Contains("1 of 3 runs failed", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_waits_for_nobody_fails_and_leaves_no_request_to_the_next()
    {
        await using var host = new FlowTestHost();
        var flow = Flow.Start<int>("ask").Approve("boss", when: x => x == 1).Build();

        var report = await host.EvaluateAsync(flow, [new("asks", 1, 1), new("does not", 2, 2)], s => s.Exact(), o => o.Deadline(TimeSpan.FromDays(3000))).Soon();

        Assert.NotNull(report.Case("asks")!.Runs[0].Failure);
        Assert.Equal(1, report.Case("does not")!.Mean);
        Assert.Equal(0, host.Runtime.Requests.Count);
    }

    [Fact]
    public async Task Repetitions_have_a_mean_and_a_spread()
    {
        await using var host = new FlowTestHost();
        var calls = 0;
        var moody = Flow.Start<int>("moody").Then("answer", (int x, StepContext _) => ++calls % 2 == 0 ? x : -x).Build();

        var report = await host.EvaluateAsync(moody, [new("one", 1, 1)], s => s.Exact(), o => o.Repeat(4)).Soon();

        var score = report.Cases[0].ScoreOf("exact");
        Assert.Equal((0.5, 0, 1, 1), (score.Mean, score.Min, score.Max, score.Spread));
        Assert.Contains("±0.50", report.ToText(), StringComparison.Ordinal);
        Assert.Equal(4, report.Cases[0].Runs.Select(run => run.RunId).Distinct().Count());
    }

    [Fact]
    public async Task A_scorer_that_breaks_is_named_and_counted_and_the_others_stay()
    {
        await using var host = new FlowTestHost();

        var report = await host.EvaluateAsync(Double, Numbers(1), s => s
            .Exact()
            .Add("throws", _ => throw new IOException("no line"))
            .Add("nan", _ => new Score(double.NaN, ""))
            .Add("more", _ => new Score(1.1, ""))
            .Add("null", _ => null!)).Soon();

        Assert.Equal(4, report.Totals.ScorerErrors);
        Assert.Equal(
            ["", "the scorer failed: IOException: no line", "the scorer failed: it gave NaN, and a score is 0 to 1", "the scorer failed: it gave 1.1, and a score is 0 to 1", "the scorer failed: it gave no score"],
            report.Cases[0].Runs[0].Scores.Select(score => score.Reason));
        Assert.Equal([1, 0, 0, 0, 0], report.Cases[0].Runs[0].Scores.Select(score => score.Value));
        Assert.Equal(0, report.Totals.FailedRuns);
        Assert.Contains("4 scores missing: the scorer failed", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_wrong_with_cases_and_scorers_is_said_at_once_and_nothing_runs()
    {
        await using var host = new FlowTestHost();

        var error = await Assert.ThrowsAsync<EvaluationDefinitionException>(() => host.EvaluateAsync(
            Double,
            [new("same", 1, 2), new("same", 2), new(" ", 3), new(new string('x', 201), 4)],
            s => s.Exact().Exact().Satisfies("completed", _ => true)));

        Assert.Equal(7, error.Defects.Count);
        Assert.Contains("The name 'same' is that of case number 1 and of number 2.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Scorer 'exact' needs an expected value, which 'same',", error.Message, StringComparison.Ordinal);
        Assert.Empty(host.Runtime.Runs);
        Assert.Equal(
            ["There is no case. Give at least one.", "There is no scorer. Give at least one."],
            (await Assert.ThrowsAsync<EvaluationDefinitionException>(() => host.EvaluateAsync(Double, [], _ => { }))).Defects);
        await Assert.ThrowsAsync<InvalidOptionException>(() => host.EvaluateAsync(Double, Numbers(1), s => s.Exact(), o => o.Repeat(0)));
    }

    [Fact]
    public async Task Cancellation_cancels_the_runs_and_is_no_result()
    {
        await using var runtime = new FlowRuntime();
        using var cancel = new CancellationTokenSource();
        var tokens = new ConcurrentBag<CancellationToken>();
        var flow = Flow.Start<int>("endless").Then("wait", async (int x, StepContext context) =>
        {
            tokens.Add(context.CancellationToken);
            if (tokens.Count == 2) await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return x;
        }).Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runtime.EvaluateAsync(flow, Numbers(1, 2, 3), s => s.Exact(), o => o.MaxParallel(2), cancel.Token).Soon());

        Assert.Equal(2, tokens.Count);
        Assert.All(tokens, token => Assert.True(token.IsCancellationRequested));
    }

    [Fact]
    public async Task Another_flow_is_tried_on_the_same_cases()
    {
        await using var host = new FlowTestHost();
        var single = Step.Create<int, int>("single", (int x, StepContext _) => x == 1 ? 2 : 0);

        var report = await host.EvaluateAsync(Double, Numbers(1, 2), s => s.Exact(), o => o.Against(single).Named("ours")).Soon();

        Assert.Equal(("ours", 1, "single", 0.5), (report.Name, report.Totals.Mean, report.Against!.Name, report.Against.Totals.Mean));
        Assert.Contains("against single: 0.50 (+0.50 for ours: better in 1, worse in 0)", report.ToText(), StringComparison.Ordinal);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, value, seen);
    }
}
