using System.Text;

namespace AgentFlow.Testing.Tests.Evaluation;

public sealed class BaselineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("evaluation").FullName;

    private string Baseline => Path.Combine(_directory, "baseline.json");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>A report with a scorer <c>s</c> and the given score of each case.</summary>
    private static EvaluationReport Report(params (string Case, double Score)[] scores) => new()
    {
        Name = "flow",
        Scorers = ["s"],
        Cases = [.. scores.Select(each => new CaseResult { Name = each.Case, Runs = [new() { Scores = [new("s", each.Score, $"because {each.Score}")] }] })],
    };

    [Fact]
    public void What_has_moved_by_more_than_the_tolerance_is_named_the_worst_first()
    {
        var before = Report(("a", 0.5), ("b", 0.9), ("c", 0.2), ("d", 1), ("gone", 1));
        var after = Report(("a", 0.45), ("b", 0.6), ("c", 0.9), ("d", 0), ("new", 0));

        var comparison = after.CompareWith(before);

        Assert.Equal(["d", "b"], comparison.Regressions.Select(change => change.Case));
        Assert.Equal(["c"], comparison.Improvements.Select(change => change.Case));
        Assert.Equal((5, "gone", "new"), (comparison.Unchanged, comparison.MissingCases.Single(), comparison.NewCases.Single()));
        Assert.Contains("d / s: 0.00, was 1.00 (-1.00)  because 0", Assert.Throws<FlowAssertionException>(comparison.AssertNoRegression).Message, StringComparison.Ordinal);
        Assert.Equal(3, after.CompareWith(before, 0.01).Regressions.Count);
        Assert.Throws<InvalidOptionException>(() => after.CompareWith(before, double.NaN));
    }

    [Fact]
    public void A_case_that_is_gone_is_no_good_news_and_one_that_is_new_is_none_at_all()
    {
        Assert.Throws<FlowAssertionException>(Report(("a", 1)).CompareWith(Report(("a", 1), ("b", 1))).AssertNoRegression);
        Report(("a", 1), ("b", 0)).CompareWith(Report(("a", 1))).AssertNoRegression();
        Assert.Throws<FlowAssertionException>((Report(("a", 1)) with { Scorers = ["s"] }).CompareWith(Renamed(Report(("a", 1)))).AssertNoRegression);
    }

    [Fact]
    public void A_run_that_fails_now_is_a_regression_even_where_the_score_was_bad_before()
    {
        var failed = new CaseResult { Name = "a", Runs = [new() { Failure = new("Timeout", "too slow", "flow/x"), Scores = [new("s", 0, "the run failed")] }] };
        var change = Assert.Single((Report(("a", 0)) with { Cases = [failed] }).CompareWith(Report(("a", 0))).Regressions);
        Assert.Equal((CaseResult.Completed, "Timeout at 'flow/x': too slow"), (change.Scorer, change.Reason));
    }

    [Fact]
    public async Task A_saved_report_comes_back_as_it_was()
    {
        await using var host = new FlowTestHost();
        var flow = Flow.Start<int>("flow").Then("work", (int x, StepContext _) => x < 0 ? throw new IOException("<no> \"line\"") : x).Build();
        var report = await host.EvaluateAsync(flow, [new("a", 1, 1) { Tags = ["t"] }, new("b", -1, 1)], s => s.Exact(), o => o.Repeat(2).Against(flow)).Soon();
        await File.WriteAllTextAsync(Baseline, "older");

        await report.SaveAsync(Baseline);
        var loaded = await EvaluationReport.LoadAsync(Baseline);

        Assert.Equal(report.ToText(), loaded.ToText());
        Assert.Equal(report.ToHtml(), loaded.ToHtml());
        Assert.Equal((report.At, "t", report.Cases[0].Runs[1].RunId), (loaded.At, loaded.Cases[0].Tags.Single(), loaded.Cases[0].Runs[1].RunId));
        Assert.Equal(report.Cases[1].Runs[0].Failure, loaded.Cases[1].Runs[0].Failure);
        loaded.CompareWith(report, 0).AssertNoRegression();
        Assert.Equal([Baseline], Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData("", "it is no JSON")]
    [InlineData("[]", "does not say \"format\"")]
    [InlineData("""{"format":7}""", "does not say \"format\"")]
    [InlineData("""{"format":"agentflow-evaluation"}""", "does not say its version")]
    [InlineData("""{"format":"agentflow-evaluation","version":"1"}""", "it is no JSON")]
    [InlineData("""{"format":"agentflow-evaluation","version":2}""", "it is of version 2")]
    [InlineData("""{"format":"agentflow-evaluation","version":1}""", "report")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":null}""", "report")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"]}}""", "cases")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"],"cases":[]}}""", "There is no case")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"],"cases":[null]}}""", "is null")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"],"cases":[{"name":"a","runs":[]}]}}""", "has no run")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"],"cases":[{"name":"a","runs":[{"scores":[]}]}]}}""", "does not have the scores")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"],"cases":[{"name":"a","runs":[{"scores":[{"scorer":"s","value":2,"reason":""}]}]}]}}""", "a score is 0 to 1")]
    [InlineData("""{"format":"agentflow-evaluation","version":1,"report":{"name":"x","scorers":["s"],"scores":[],"cases":[]}}""", "scores")]
    public async Task A_damaged_baseline_is_refused_with_what_is_wrong(string content, string problem)
    {
        await File.WriteAllTextAsync(Baseline, content);
        var error = await Assert.ThrowsAsync<EvaluationFileException>(() => EvaluationReport.LoadAsync(Baseline));
        Assert.Equal(Baseline, error.File);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_that_was_cut_anywhere_is_refused()
    {
        await Report(("a", 1)).SaveAsync(Baseline);
        var whole = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Baseline)).TrimEnd();
        for (var length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllTextAsync(Baseline, whole[..length]);
            await Assert.ThrowsAsync<EvaluationFileException>(() => EvaluationReport.LoadAsync(Baseline));
        }
    }

    private static EvaluationReport Renamed(EvaluationReport report) =>
        report with { Scorers = ["t"], Cases = [.. report.Cases.Select(each => each with { Runs = [new() { Scores = [new("t", 1, "")] }] })] };
}
