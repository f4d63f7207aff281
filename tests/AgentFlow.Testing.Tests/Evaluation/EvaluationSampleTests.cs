namespace AgentFlow.Testing.Tests.Evaluation;

/// <summary>What the README shows.</summary>
public sealed class EvaluationSampleTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("evaluation").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static ScriptedChatClient Model(string crash) => new ScriptedChatClient(modelId: "tiny-1")
        .When(call => call.Instructions.Contains("Is it the right desk?", StringComparison.Ordinal)).Reply(new JudgeVerdict(0.8, "right, but without a greeting"), r => r.Usage(120, 15)).Always()
        .When(call => call.Mentions("crashes")).Reply(crash, r => r.Usage(40, 1)).Always()
        .Otherwise().Reply("billing", r => r.Usage(38, 1)).Always();

    [Fact]
    public async Task A_flow_is_scored_compared_with_its_baseline_and_with_a_single_agent()
    {
        var file = Path.Combine(_directory, "triage.baseline.json");
        await (await EvaluateAsync("technical")).SaveAsync(file);

        var report = await EvaluateAsync("billing");
        var comparison = report.CompareWith(await EvaluationReport.LoadAsync(file));

        Assert.Equal(["crash"], comparison.Regressions.Select(change => change.Case).Distinct());
        var failure = Assert.Throws<FlowAssertionException>(() => comparison.AssertNoRegression());
        Assert.Contains("crash / exact: 0.00, was 1.00 (-1.00)  billing instead of technical", failure.Message, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToText() + failure.Message);
    }

    private static async Task<EvaluationReport> EvaluateAsync(string crash)
    {
        var desk = Agent.Create("desk").Model("fast").Instructions("Name the desk: billing or technical.").Build();
        var triage = Flow.Start<string>("triage").Then(desk).Build();
        var singleAgent = Agent.Create("single-agent").Model("fast").Instructions("Do everything.").Build();
        await using var runtime = new FlowRuntime();
        runtime.Models.Add("fast", Model(crash), new ModelPrice(1m, 4m));

        return await runtime.EvaluateAsync(
            triage,
            [new("refund", "I want my money back.", "billing"), new("crash", "It crashes at the start.", "technical")],
            s => s.Exact().Tokens(atMost: 2_000).Judge("Is it the right desk?", a => a.Model("fast")),
            o => o.Repeat(3).Against(singleAgent)).Soon();
    }
}
