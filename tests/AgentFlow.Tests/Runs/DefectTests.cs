using AgentFlow.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Runs;

public class DefectTests
{
    private static readonly Step<string, string> Read = Step.Create<string, string>("read", (x, _) => x, o => o.Lane("ocr"));

    [Fact]
    public async Task A_step_in_an_unknown_lane_is_found_wherever_it_stands()
    {
        var inner = Flow.Start<string>("inner").Then(Read).Build();
        var substitute = Step.Create<string, string>("guess", (x, _) => x, o => o.Lane("guesses"));
        var flow = Flow.Start<string>("outer")
            .Then("plain", (x, _) => x)
            .Then(inner, o => o.Lane("slow"))
            .Then(Read, o => o.Fallback(substitute).Cache(x => x, TimeSpan.FromHours(1)))
            .Build();
        await using var runtime = Runtime(flow);
        Assert.Equal(
            [("outer/inner", "slow"), ("outer/inner/read", "ocr"), ("outer/read", "ocr"), ("outer/read/(fallback)/guess", "guesses")],
            runtime.FindDefects().Select(defect => (defect.Path, defect.Problem.Split('\'')[1])).Order());
    }

    [Fact]
    public async Task The_defect_names_the_lanes_there_are_and_the_cure()
    {
        await using var runtime = new FlowRuntime(Options(Read, o => o.Scheduler.AddLane("mail", 2).AddLane("fax", 1)));
        Assert.Equal(
            "read: the step runs in lane 'ocr', which the runtime does not have; it has fax, mail. Add it with AddLane(\"ocr\", …) or FlowRuntimeOptions.Scheduler.AddLane(\"ocr\", …).",
            Assert.Single(runtime.FindDefects()).ToString());
        await using var cured = new FlowRuntime(Options(Read, o => o.Scheduler.AddLane("ocr", 2)));
        Assert.Empty(cured.FindDefects());
    }

    [Fact]
    public async Task An_agent_whose_model_is_nowhere_is_found_also_as_a_tool()
    {
        using var fast = new ScriptedChatClient();
        var helper = Agent.Create("helper").Model("stronk").Build();
        var chief = Agent.Create("chief").Model("fast").Tools(helper, Tool.From(Read)).Build();
        await using var runtime = new FlowRuntime(Options(Flow.Start<string>("desk").Then(chief).Build(), o => o.Models.Add("fast", fast)));
        var defects = runtime.FindDefects();
        Assert.Equal(["desk/chief/helper", "desk/chief/read"], defects.Select(defect => defect.Path));
        Assert.Contains("Agent 'helper' uses model 'stronk', which the runtime does not have. Known: fast", defects[0].Problem, StringComparison.Ordinal);
        Assert.Contains("AddModel(\"stronk\"", defects[0].Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lane_of_an_agents_model_calls_is_checked()
    {
        var agent = Agent.Create("clerk").Model(new ScriptedChatClient()).ModelCalls(calls => calls.Lane("gpu")).Build();
        await using var runtime = Runtime(agent);
        Assert.Equal("clerk/model", Assert.Single(runtime.FindDefects()).Path);
    }

    [Fact]
    public async Task Clients_of_the_container_count_and_none_is_made_to_find_out()
    {
        var made = 0;
        var collection = new ServiceCollection();
        collection.AddKeyedSingleton<IChatClient>("keyed", (_, _) => { made++; return new ScriptedChatClient(); });
        collection.AddAgentFlow()
            .AddAgent(Agent.Create("one").Model("keyed").Build())
            .AddAgent(Agent.Create("two").Model("locked").Build())
            .AddAgent(Agent.Create("three").Build());
        await using (var services = collection.BuildServiceProvider())
        {
            var defects = services.GetRequiredService<FlowRuntime>().FindDefects();
            Assert.Equal(["three", "two"], defects.Select(defect => defect.Path));
            Assert.Contains("Known: keyed", defects[1].Problem, StringComparison.Ordinal);
        }

        collection.AddSingleton<IChatClient>(_ => { made++; return new ScriptedChatClient(); });
        await using (var services = collection.BuildServiceProvider())
        {
            Assert.Equal("two", Assert.Single(services.GetRequiredService<FlowRuntime>().FindDefects()).Path);
        }

        Assert.Equal(0, made);
    }

    [Fact]
    public async Task Without_a_container_an_agent_without_a_model_needs_exactly_one()
    {
        using var client = new ScriptedChatClient();
        var agent = Agent.Create("clerk").Build();
        await using var none = Runtime(agent);
        Assert.Contains("names no model", Assert.Single(none.FindDefects()).Problem, StringComparison.Ordinal);
        await using var one = new FlowRuntime(Options(agent, o => o.Models.Add("only", client)));
        Assert.Empty(one.FindDefects());
    }

    private static FlowRuntime Runtime(Step step) => new(Options(step, _ => { }));

    private static FlowRuntimeOptions Options(Step step, Action<FlowRuntimeOptions> configure)
    {
        var options = new FlowRuntimeOptions();
        options.Steps.Add(step);
        configure(options);
        return options;
    }
}
