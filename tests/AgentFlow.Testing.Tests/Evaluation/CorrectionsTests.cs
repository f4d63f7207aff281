using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing.Tests.Evaluation;

public sealed class CorrectionsTests : IDisposable
{
    private sealed record Claim(string Text, decimal Demanded);

    private sealed record Settlement(decimal Amount, string Why);

    private static readonly Step<Claim, Settlement> Assess = Step.Create<Claim, Settlement>("assess", (claim, _) => new(claim.Demanded, "as demanded"));

    private static readonly Flow<Claim, Settlement> Claims = Flow.Start<Claim>("claims").Map(claim => claim with { Text = claim.Text.Trim() })
        .Then(Assess).Approve("adjuster", when: s => s.Amount > 100).Build();

    private readonly string _directory = Directory.CreateTempSubdirectory("corrections").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_modified_approval_becomes_a_case_for_the_step_and_for_the_flow_and_the_flow_is_held_to_it()
    {
        await using var host = new FlowTestHost(o => o.Runtime.KeepEndedRuns = 10);
        host.Answers.Modify("adjuster", new Settlement(80, "half is wear"), by: "ada");
        await host.RunAsync(Claims, new(" roof ", 160));
        await host.RunAsync(Claims, new("small", 50));
        var file = Path.Combine(_directory, "assess.cases.json");

        var corrections = await Corrections.FromAsync(host.Runtime).Soon();
        await EvaluationCases.SaveAsync(corrections.CasesFor(Assess), file);
        var cases = await EvaluationCases.LoadAsync<Claim, Settlement>(file);
        var report = await host.EvaluateAsync(Assess, cases, s => s.Exact().JsonFields()).Soon();

        var correction = Assert.Single(corrections);
        Assert.Equal((CorrectionKind.ModifiedApproval, "claims/adjuster", "assess", "ada", true), (correction.Kind, $"{correction.Path}", correction.Step, correction.By, correction.IsResult));
        Assert.Equal("160", correction.Shown!.Value.GetProperty("amount").GetRawText());
        Assert.Equal((new Claim("roof", 160), new Settlement(80, "half is wear"), "ada"), (cases[0].Input, cases[0].Expected, cases[0].Tags[1]));
        Assert.Equal((0, 0), (report.Cases[0].Runs[0].Scores[0].Value, report.Cases[0].Runs[0].Scores[1].Value));
        Assert.Equal(new Claim(" roof ", 160), Assert.Single(corrections.CasesFor(Claims)).Input);
        Assert.Empty(corrections.Unread);
    }

    [Fact]
    public async Task What_an_agent_wrote_and_a_human_corrected_is_a_case_for_the_agent()
    {
        var model = new ScriptedChatClient().Reply("Dear Ada, no.").Reply("anything");
        var writer = Agent.Create("writer").Model("fast").Build();
        var flow = Flow.Start<int>("letters").Map(x => $"claim {x}").Then(writer).Approve("boss").Map(text => text.Length).Build();
        await using var host = new FlowTestHost(o => o.Models.Add("fast", model));
        host.Answers.Modify("boss", "Dear Ada, we regret.");
        var run = await host.RunToEndAsync(flow, 7);

        var corrections = await Corrections.FromAsync(run).Soon();

        var tried = Assert.Single(corrections.CasesFor(writer));
        Assert.Equal(("claim 7", "Dear Ada, we regret."), (tried.Input, tried.Expected));
        Assert.Empty(corrections.CasesFor(flow));
        Assert.Single(host.Runtime.Runs.DefaultIfEmpty(run));
    }

    [Fact]
    public async Task What_was_mapped_before_it_was_shown_is_no_result_of_a_step()
    {
        var flow = Flow.Start<Claim>("claims").Then(Assess).Map(s => s with { Amount = s.Amount + 1 }).Approve("adjuster").Build();
        await using var host = new FlowTestHost();
        host.Answers.Modify("adjuster", new Settlement(80, "less"));

        var corrections = await Corrections.FromAsync(await host.RunToEndAsync(flow, new("roof", 160))).Soon();

        Assert.Null(Assert.Single(corrections).Step);
        Assert.Empty(corrections.CasesFor(Assess));
        Assert.Single(corrections.CasesFor(flow));
    }

    [Fact]
    public async Task A_step_behind_the_approval_that_yields_the_same_is_not_the_one_that_was_corrected()
    {
        var echo = Step.Create<Settlement, Settlement>("echo", (_, _) => new(160, "as demanded"));
        var flow = Flow.Start<Claim>("claims").Then(Assess).Approve("adjuster").Then(echo).Build();
        await using var host = new FlowTestHost();
        host.Answers.Modify("adjuster", new Settlement(80, "less"));

        var corrections = await Corrections.FromAsync(await host.RunToEndAsync(flow, new("roof", 160))).Soon();

        Assert.Equal("assess", Assert.Single(corrections).Step);
        Assert.Empty(corrections.CasesFor(flow));
    }

    [Fact]
    public async Task Replaced_results_of_a_stored_run_are_cases_for_the_step()
    {
        await using var stored = FileJournal.Open(_directory);
        await using (var host = new FlowTestHost())
        {
            var run = await host.StartAsync(Claims, new(" roof ", 60), new() { Id = "c-1" }).Soon();
            await run.PauseAsync(new("ops"), "looks wrong").Soon();
            await host.SettleAsync().Soon();
            await run.ReplaceResultAsync(Assert.Single(run.Waits).Path.Parent!, new Settlement(20, "by hand"), new("ops"), "the model is down").Soon();
            await host.DriveAsync(run).Soon();
            Assert.Equal(new Settlement(20, "by hand"), await run.Result.Soon());
            await StoreAsync(run, stored);
            await StoreAsync(await host.RunToEndAsync(Claims, new("other", 10)).Soon(), stored);
        }

        var options = new FlowRuntimeOptions();
        options.Steps.Add(Claims);
        var corrections = await Corrections.FromAsync(stored, options).Soon();

        var correction = Assert.Single(corrections);
        Assert.Equal((CorrectionKind.ReplacedResult, "claims/assess", "assess", "ops", "the model is down", "claims/assess of run c-1"), (correction.Kind, $"{correction.Path}", correction.Step, correction.By, correction.Reason, correction.Name));
        var tried = Assert.Single(corrections.CasesFor(Assess));
        Assert.Equal((new Claim("roof", 60), new Settlement(20, "by hand")), (tried.Input, tried.Expected));
        Assert.Single(corrections.CasesFor(Claims));

        var unknown = await Corrections.FromAsync(stored, new FlowRuntimeOptions()).Soon();
        Assert.Contains("run c-1 of 'claims': flow 'claims' version 1 is not registered", Assert.Single(unknown.Unread), StringComparison.Ordinal);
        Assert.Empty(unknown.CasesFor(Assess));
        Assert.Single(unknown.CasesFor(Claims));
    }

    private static async Task StoreAsync(FlowRun run, FileJournal journal)
    {
        using var file = new MemoryStream();
        await run.ExportAsync(file);
        file.Position = 0;
        await journal.AppendAsync(run.Id, 1, await JournalExport.ReadAsync(file), CancellationToken.None);
    }

    [Theory]
    [InlineData("{}", "does not say \"format\"")]
    [InlineData("""{"format":"agentflow-cases","version":1}""", "it has no list of cases")]
    [InlineData("""{"format":"agentflow-cases","version":1,"cases":[]}""", "There is no case")]
    [InlineData("""{"format":"agentflow-cases","version":1,"cases":[{"name":"a"}]}""", "case number 1 is no case from int to int")]
    [InlineData("""{"format":"agentflow-cases","version":1,"cases":[7]}""", "case number 1 is no case")]
    [InlineData("""{"format":"agentflow-cases","version":1,"cases":[{"name":"a","input":1},{"name":"a","input":"x"}]}""", "case number 2 is no case")]
    [InlineData("""{"format":"agentflow-cases","version":1,"cases":[{"name":"a","input":1},{"name":"a","input":2}]}""", "The name 'a' is that of case number 1 and of number 2")]
    public async Task Damaged_cases_are_refused_with_what_is_wrong(string content, string problem)
    {
        var file = Path.Combine(_directory, "cases.json");
        await File.WriteAllTextAsync(file, content);
        Assert.Contains(problem, (await Assert.ThrowsAsync<EvaluationFileException>(() => EvaluationCases.LoadAsync<int, int>(file))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_come_back_as_they_were_saved()
    {
        var file = Path.Combine(_directory, "cases.json");
        EvaluationCase<int, string?>[] cases = [new("<a> \"ä\"", 1), new("b", 2, null) { Tags = ["x"] }, new("c", 3, "three")];

        await EvaluationCases.SaveAsync(cases, file);
        var loaded = await EvaluationCases.LoadAsync<int, string?>(file);

        Assert.Equal(cases.Select(each => (each.Name, each.Input, each.HasExpected, each.Expected, string.Join(",", each.Tags))), loaded.Select(each => (each.Name, each.Input, each.HasExpected, each.Expected, string.Join(",", each.Tags))));
        await Assert.ThrowsAsync<EvaluationDefinitionException>(() => EvaluationCases.SaveAsync(cases.Concat(cases), file));
    }
}
