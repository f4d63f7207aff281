using Microsoft.Extensions.AI;

namespace AgentFlow.Testing.Tests.Journals;

public sealed class AgentJournalTests
{
    private static readonly Tool FindPolicy = Tool.From("find_policy", "Finds a policy.", (string number, int year) => number == "P-0" ? throw new IOException("no line") : $"{number} of {year}");

    private static Agent<string, string> Clerk() => Agent.Create("clerk").Model("fast").Tools(FindPolicy).Build();

    private static async Task<(FlowTestHost Host, FlowRun<string> Run)> RunAsync()
    {
        var model = new ScriptedChatClient(modelId: "tiny-1")
            .CallTool("find_policy", ("number", "P-1"), ("year", 2029))
            .CallTool("find_policy", ("number", "P-0"), ("year", 2030))
            .Reply("covered");
        var host = new FlowTestHost(o => o.Models.Add("fast", model, new ModelPrice(1m, 2m)));
        var run = await host.RunToEndAsync(Clerk(), "Is it covered?").Soon();
        Assert.Equal("covered", await run);
        host.VerifyComplete();
        return (host, run);
    }

    [Fact]
    public async Task Tool_calls_are_found_with_typed_arguments()
    {
        var (host, run) = await RunAsync();
        await using var _ = host;

        run.Journal()
            .CalledTool("find_policy", call => call.Argument<string>("number") == "P-1" && call.Argument<int>("year") == 2029)
            .CalledTool("find_policy", times: 2)
            .CalledModel(3).CalledModel(3, agent: "clerk").CalledModel(0, agent: "boss");

        var calls = run.Journal().ToolCalls;
        Assert.Equal("clerk", calls[0].Agent);
        Assert.Contains("P-1 of 2029", $"{calls[0].Result}");
        Assert.Contains("no line", calls[1].Error);
        Assert.Equal("find_policy(number: P-0, year: 2030) at 'clerk/find_policy#2'", calls[1].ToString());
    }

    [Fact]
    public async Task Tool_calls_that_were_not_made_are_missed_with_what_was()
    {
        var (host, _) = await RunAsync();
        await using var disposing = host;

        var failure = Assert.Throws<FlowAssertionException>(() => host.Journal.CalledTool("find_policy", call => call.Argument<int>("year") == 1999));

        Assert.StartsWith(
            "Tool 'find_policy' was called 0 times in the way that was asked for, expected was at least once.\n  called were:\n"
            + "    find_policy(number: P-1, year: 2029) at 'clerk/find_policy'\n    find_policy(number: P-0, year: 2030) at 'clerk/find_policy#2'\n",
            failure.Message);
        Assert.Contains("find_policy(number: P-1, year: 2029) → ", failure.Message);
    }

    [Fact]
    public async Task An_argument_of_another_name_or_type_is_no_argument()
    {
        var (host, run) = await RunAsync();
        await using var _ = host;
        var call = run.Journal().ToolCalls[0];

        Assert.Contains("has no argument 'id': find_policy(", Assert.Throws<FlowAssertionException>(() => call.Argument<int>("id")).Message);
        Assert.Contains("'number' is no int: P-1", Assert.Throws<FlowAssertionException>(() => call.Argument<int>("number")).Message);
    }

    [Fact]
    public async Task Model_calls_are_found_with_usage_and_answer()
    {
        var (host, run) = await RunAsync();
        await using var _ = host;

        var last = run.Journal().ModelCalls[^1];

        Assert.Equal(("clerk", "tiny-1", "covered"), (last.Agent, last.Model, last.Response?.Text));
        Assert.Equal("tiny-1 for clerk at 'clerk/model#3': \"covered\"", last.ToString());
    }

    [Fact]
    public async Task An_agent_is_replayed_without_asking_the_model_again()
    {
        var (host, run) = await RunAsync();
        await using var _ = host;

        var report = await host.ReplayFromEveryPrefixAsync(Clerk(), run).Soon();

        Assert.Equal(run.Entries.Count, report.Cuts + report.Uncertain);
        Assert.Equal(2, report.Uncertain);
        host.VerifyComplete();
    }
}
