using System.Runtime.CompilerServices;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Agents;

public class StreamingTests
{
    private static async Task<List<FlowEvent>> EventsOf(FlowRun run)
    {
        await run.Ended.WaitAsync(HangGuard.Limit);
        var events = new List<FlowEvent>();
        await foreach (var observed in run.Events) events.Add(observed);
        return events;
    }

    private static async Task<List<string>> TextOf(FlowRun run) => [.. (await EventsOf(run)).Select(observed => observed switch
    {
        TextDelta delta => delta.Text,
        TextDiscarded discarded => $"<discarded {discarded.Attempt}>",
        _ => null,
    }).OfType<string>()];

    [Fact]
    public async Task Text_reaches_the_events_piece_by_piece_and_complete()
    {
        using var model = new ScriptedChatClient().ReplyChunks("Once ", "upon ", "", "a time");
        var agent = Agent.Create("teller").Model(model).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Flow.Start<string>("f").Then(agent).Build(), "go");

        Assert.Equal("Once upon a time", await run.Result.WaitAsync(HangGuard.Limit));

        var deltas = (await EventsOf(run)).OfType<TextDelta>().ToList();
        Assert.Equal(["Once ", "upon ", "a time"], deltas.Select(delta => delta.Text));
        Assert.All(deltas, delta => Assert.Equal(("teller", "f/teller/model"), (delta.Agent, delta.Path.ToString())));
        Assert.True(model.Calls[0].IsStreaming);
        var recorded = Assert.IsType<ChatResponse>(run.Entries.OfType<EffectCompletedEntry>().Single().Value);
        Assert.Equal("Once upon a time", Assert.IsType<TextContent>(recorded.Messages.Single().Contents.Single()).Text);
    }

    [Fact]
    public async Task Without_a_reader_nothing_is_streamed()
    {
        using var model = new ScriptedChatClient().Reply("whole");
        await using var runtime = new FlowRuntime();
        await runtime.RunAsync(Agent.Create("teller").Model(model).Build(), "go");
        Assert.False(model.Calls[0].IsStreaming);
    }

    [Fact]
    public async Task Tool_calls_and_usage_come_through_a_stream()
    {
        using var model = new ScriptedChatClient()
            .Respond(reply => reply.Text("Let me see. ").CallTool("add", ("a", 1), ("b", 2)).Usage(10, 5))
            .Respond(reply => reply.Text("3").Usage(20, 1));
        var agent = Agent.Create("adder").Model(model, new ModelPrice(1_000_000, 2_000_000)).Tools(Tool.From("add", "", (int a, int b) => a + b)).Build();
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(agent, "go");
        Assert.Equal("3", await run.Result.WaitAsync(HangGuard.Limit));
        var details = run.Entries.OfType<EffectCompletedEntry>().Where(entry => entry.StepName == "model").Select(entry => entry.Detail!).ToList();
        Assert.Equal([20m, 22m], details.Select(detail => detail.Cost!.Value));
        Assert.Equal([10, 20], details.Select(detail => (int)detail.Usage!.InputTokenCount!));
    }

    [Fact]
    public async Task The_text_of_a_failed_attempt_is_declared_void()
    {
        using var model = new ScriptedChatClient()
            .Respond(reply => reply.Chunks("Hel", "lo").Fail(new HttpRequestException("503")))
            .Fail(new HttpRequestException("503"))
            .ReplyChunks("Good ", "day");
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Retry(2, TimeSpan.Zero).Build(), "go");
        Assert.Equal("Good day", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["Hel", "lo", "<discarded 1>", "Good ", "day"], await TextOf(run));
    }

    [Fact]
    public async Task The_text_of_a_call_that_fails_for_good_is_declared_void()
    {
        using var model = new ScriptedChatClient().Respond(reply => reply.Chunks("Hel", "lo").Fail(new HttpRequestException("503")));
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Build(), "go");
        Assert.Equal(["Hel", "lo", "<discarded 1>"], await TextOf(run));
    }

    [Fact]
    public async Task What_an_attempt_that_was_left_behind_still_says_goes_nowhere()
    {
        var (late, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var model = new Stubborn(late.Task, second.Task);
        var time = new VirtualRun();
        var run = time.Start(Agent.Create("a").Model(model).Timeout(TimeSpan.FromSeconds(1)).Retry(1, TimeSpan.Zero).Build(), "go");
        time.Settle();
        time.Time.Advance(TimeSpan.FromSeconds(1));
        time.Settle();
        late.SetResult();
        Assert.Equal(1, run.LateOutcomes);
        Assert.Equal(RunStatus.Running, run.Status);
        second.SetResult();
        time.Finish(run);
        Assert.Equal("second", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["first", "<discarded 1>", "second"], await TextOf(run));
    }

    [Fact]
    public async Task Text_is_held_back_until_the_policies_have_seen_all_of_it()
    {
        using var model = new ScriptedChatClient().ReplyChunks("my number ", "is 4711");
        FlowRun? run = null;
        var before = -1;
        var judge = new Judge(PolicyOperation.CallModel, PolicyPhase.Result, request =>
        {
            Assert.True(request.Content.TryGet<ChatResponse>(out var response));
            before = run!.Entries.Count;
            return PolicyDecision.Replace(new ChatResponse(new ChatMessage(ChatRole.Assistant, response.Text.Replace("4711", "****", StringComparison.Ordinal))), "a number");
        });
        var time = new VirtualRun(configure: options => options.Policies.Add(judge));
        run = time.Start(Agent.Create("a").Model(model).Build(), "go");
        time.Finish(run);
        Assert.Equal("my number is ****", await ((FlowRun<string>)run).Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["my number is ****"], await TextOf(run));
        Assert.NotEqual(-1, before);
    }

    [Fact]
    public async Task Withheld_text_never_shows()
    {
        using var model = new ScriptedChatClient().ReplyChunks("my number ", "is 4711");
        var options = new FlowRuntimeOptions();
        options.Policies.Add(new Judge(PolicyOperation.CallModel, PolicyPhase.Result, _ => PolicyDecision.Deny("a number")));
        await using var runtime = new FlowRuntime(options);
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Build(), "go");
        Assert.Empty(await TextOf(run));
        Assert.Equal(RunStatus.Failed, run.Status);
    }

    [Fact]
    public async Task Competing_attempts_do_not_talk_over_each_other()
    {
        using var model = new ScriptedChatClient().Respond(reply => reply.Chunks("slow ", "one").Pace(TimeSpan.FromHours(1))).ReplyChunks("quick ", "one");
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).ModelCalls(calls => calls.Hedge(TimeSpan.FromMilliseconds(10))).Build(), "go");
        Assert.Equal("quick one", await run.Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(["quick one"], await TextOf(run));
    }

    [Fact]
    public async Task A_slow_reader_finds_a_marker_where_text_is_missing()
    {
        var chunks = Enumerable.Range(0, 100).Select(number => $"{number} ").ToArray();
        using var model = new ScriptedChatClient().ReplyChunks(chunks);
        await using var runtime = new FlowRuntime(new() { EventCapacity = 16 });
        var run = await runtime.StartAsync(Agent.Create("a").Model(model).Build(), "go");
        var events = await EventsOf(run);
        var dropped = Assert.IsType<EventsDropped>(events[0]);
        var kept = events.OfType<TextDelta>().Select(delta => delta.Text).ToList();
        Assert.Equal(chunks[^kept.Count..], kept);
        Assert.True(dropped.Count > 50);
    }

    /// <summary>Says "first" and ignores its token until it may go on; then says more. Its second call says "second".</summary>
    private sealed class Stubborn(Task late, Task second) : IChatClient
    {
        private int _calls;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            if (++_calls == 2)
            {
                await second;
                yield return new(ChatRole.Assistant, "second");
                yield break;
            }

            yield return new(ChatRole.Assistant, "first");
            await late;
            yield return new(ChatRole.Assistant, " and more");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
