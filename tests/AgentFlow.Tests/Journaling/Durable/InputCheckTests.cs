using AgentFlow.Journaling;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>A replay that gives a recorded effect something else than it was given.</summary>
public class InputCheckTests
{
    private static readonly Step<int, int> Work = Step.Create<int, int>("work", (x, _) => x * 10);

    [Fact]
    public void Two_uses_of_a_step_that_have_swapped_places_hold_the_run_and_the_old_code_continues_it()
    {
        var recorded = Restart.Record(TwoUses(1, 2), 0).SkipLast(1);
        var swapped = Restart.From<int>(recorded, null, TwoUses(2, 1));
        var diverged = Diverged(swapped);
        Assert.Equal("f/work", $"{diverged.Path}");
        Assert.Matches("step work with an input of digest [0-9a-f]{16}", diverged.Recorded);
        Assert.Matches("with another input, of digest [0-9a-f]{16}", diverged.Requested);
        Assert.NotEqual(diverged.Recorded[^16..], diverged.Requested[^16..]);
        Assert.Equal(30, Restart.From<int>(Restart.Stored(swapped.Journal, swapped.Run!.Id), null, TwoUses(1, 2)).Run!.Value());
    }

    [Fact]
    public void A_changed_input_is_seen_behind_a_failure_too()
    {
        Flow<int, string> FlowOf(int given) => Flow.FromCode<int, string>("f", async (_, ctx) =>
        {
            try
            {
                await ctx.RunAsync(Step.Create<int, int>("broken", int (_, _) => throw new FormatException("no")), given);
                return "";
            }
            catch (EffectFailedException failed)
            {
                return failed.Message;
            }
        });
        var recorded = Restart.Record(FlowOf(1), 0).SkipLast(1);
        Assert.Equal("no", Restart.From<string>(recorded, null, FlowOf(1)).Run!.Value());
        Assert.Equal("f/broken", $"{Diverged(Restart.From<string>(recorded, null, FlowOf(2))).Path}");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Entries_without_a_digest_and_runtimes_that_do_not_check_go_on_with_what_is_recorded(bool writes, bool reads)
    {
        var recorded = Restart.Record(TwoUses(1, 2), 0, options => options.ChecksInputs = writes).SkipLast(1);
        Assert.Equal(30, Restart.From<int>(recorded, options => options.ChecksInputs = reads, TwoUses(5, 6)).Run!.Value());
    }

    [Fact]
    public async Task Runs_in_memory_keep_none()
    {
        var runtime = new FlowRuntime(new() { KeepEndedRuns = 1 });
        await runtime.RunAsync(TwoUses(1, 2), 0);
        Assert.All(runtime.Runs[0].Entries.OfType<EffectCompletedEntry>(), entry => Assert.IsType<EffectCompletedEntry<int>>(entry));
    }

    [Fact]
    public void What_a_body_does_to_its_input_is_no_other_input()
    {
        var taking = Step.Create<List<int>, int>("taking", (list, _) =>
        {
            list.Add(7);
            return list.Count;
        });
        var flow = Flow.FromCode<int, int>("f", async (_, ctx) => await ctx.RunAsync(taking, [1]) + await ctx.RunAsync(taking, [2, 3]));
        Assert.Equal(5, Restart.From<int>(Restart.Record(flow, 0).SkipLast(1), null, flow).Run!.Value());
    }

    [Fact]
    public void An_agent_may_get_better_words_but_not_another_task()
    {
        Flow<string, string> FlowOf(string task, string words) => Flow.Start<string>("f").Map(_ => task).Then(Agent.Create("agent")
            .Model(new ScriptedChatClient().CallTool("look", new { }).Reply("done")).Instructions(words).Prompt(text => $"{words}: {text}")
            .Tools(Tool.From("look", "Looks.", () => 1, o => o.Effect(EffectClass.Read))).Build()).Build();
        var recorded = Restart.Record(FlowOf("task", "old"), "x").SkipLast(1);
        Assert.Equal("done", Restart.From<string>(recorded, null, FlowOf("task", "new")).Run!.Value());
        Assert.Equal("f/agent/model", $"{Diverged(Restart.From<string>(recorded, null, FlowOf("other", "old"))).Path}");
    }

    [Fact]
    public async Task A_fork_with_an_edited_value_keeps_what_was_recorded_behind_it()
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => options.Journal = journal);
        var flow = Flow.Start<int>("f").Then(Work).Then("last", (x, _) => x + 1).Build();
        var run = test.Start(flow, 1, new() { Id = "r" });
        test.Settle();
        Assert.Equal(11, run.Value());
        var fork = await test.Runtime.ForkAsync<int>(run.Id, 3, edit => edit.Result("f/work", 90));
        test.Settle();
        Assert.Equal(11, fork.Value());
        var plain = await test.Runtime.ForkAsync<int>(run.Id, 2, edit => edit.Input(5));
        test.Settle();
        Assert.Equal(11, plain.Value());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_wait_in_front_of_what_is_recorded_is_refused_like_any_other_new_effect(bool isSignal)
    {
        Flow<int, int> FlowOf(bool waits) => Flow.FromCode<int, int>("f", async (x, ctx) =>
        {
            if (waits && isSignal) await ctx.WaitForAsync("go", TimeSpan.FromHours(1));
            else if (waits) await ctx.DelayAsync(TimeSpan.FromHours(1));
            return await ctx.RunAsync(Work, x);
        });
        var recorded = Restart.Record(FlowOf(false), 1).SkipLast(1);
        var run = Restart.From<int>(recorded, null, FlowOf(true)).Run!;
        var refused = Assert.IsType<FlowNondeterminismException>(run.Error!.InnerException);
        Assert.Equal(isSignal ? "f/go" : "f/delay", $"{refused.Path}");
        Assert.Equal(RunStatus.Suspended, run.Status);
    }

    private static Flow<int, int> TwoUses(int first, int second) => Flow.FromCode<int, int>("f", async (_, ctx) => await ctx.RunAsync(Work, first) + await ctx.RunAsync(Work, second));

    private static FlowNondeterminismException Diverged<T>(Restarted<T> restarted)
    {
        Assert.Equal(RunStatus.Suspended, restarted.Run!.Status);
        return Assert.IsType<FlowNondeterminismException>(Assert.IsType<RunHeldException>(restarted.Run.Error).InnerException);
    }
}
