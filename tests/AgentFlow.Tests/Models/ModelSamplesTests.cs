using AgentFlow.Journaling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Models;

/// <summary>What a team writes first, as short as it is in the README.</summary>
public class ModelSamplesTests
{
    [Fact]
    public async Task Choosing_and_falling_back()
    {
        using var mini = new ScriptedChatClient().Fail(new HttpRequestException("unreachable"));
        using var local = new ScriptedChatClient().Reply("A cat on a mat.", reply => reply.Usage(1_200, 8));
        var log = new List<string>();

        await using var runtime = new FlowRuntime(new() { KeepEndedRuns = 1 });
        runtime.Models
            .Add("mini", mini, m => m.From(ModelPriceTable.BuiltIn, "gpt-4o-mini").Tier("fast").FallbackTo("local"))
            .Add("local", local, m => m.Tier("fast").Price(0m, 0m).ContextWindow(32_000));

        var describe = Agent.Create("describe")
            .Instructions("Describe the picture in one sentence.")
            .Model(m => m.Tier("fast").Capability(ModelCapabilities.Vision).Cheapest())
            .Build();

        var run = await runtime.StartAsync(describe, "cat.png");
        log.Add(await run);
        log.Add(run.Entries.OfType<EffectCompletedEntry>().Single().Detail!.ModelReason!);

        Assert.Equal(
        [
            "A cat on a mat.",
            "tier 'fast' and capability 'vision', the cheapest: 'mini', one of 1; 'mini' failed with System.Net.Http.HttpRequestException; 'local' stands in",
        ], log);
    }

    [Fact]
    public async Task Rates()
    {
        using var model = new ScriptedChatClient();
        for (var i = 0; i < 3; i++) model.Reply($"{i}");
        await using var host = new FlowTestHost(o =>
        {
            o.Runtime.Scheduler.AddLane("openai", lane => lane.Concurrency(8).RequestsPerMinute(2).TokensPerMinute(90_000));
            o.Models.Add("fast", model, m => m.Lane("openai"));
        });
        var flow = Flow.Start<string[]>("sort").ForEach(mail => mail, Agent.Create("sorter").Model("fast").Build(), maxParallel: 8).Build();

        await host.RunAsync(flow, ["a", "b", "c"]);

        Assert.Equal(TimeSpan.FromMinutes(1), host.Elapsed);
    }

    [Fact]
    public async Task Batches()
    {
        var calls = 0;
        var classify = Step.Batched<string, string>("classify", maxSize: 20, maxDelay: TimeSpan.FromMilliseconds(10), async (mails, context) =>
        {
            calls++;
            await Task.CompletedTask;
            return [.. mails.Select(mail => mail.Contains('?', StringComparison.Ordinal) ? "question" : "notice")];
        });
        await using var host = new FlowTestHost();

        var sorted = await host.RunAsync(Flow.Start<string[]>("sort").ForEach(mail => mail, classify, maxParallel: 50).Build(), ["Where?", "Done.", "When?"]);

        Assert.Equal(["question", "notice", "question"], sorted);
        Assert.Equal(1, calls);
    }
}
