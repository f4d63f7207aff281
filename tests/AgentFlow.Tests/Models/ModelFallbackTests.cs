using System.Net;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Policies;
using AgentFlow.Tests.Runs;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Models;

public class ModelFallbackTests
{
    private static readonly HttpRequestException Down = new("unavailable", null, HttpStatusCode.ServiceUnavailable);

    [Fact]
    public async Task Another_model_stands_in_on_an_outage_and_the_entries_say_so()
    {
        using var first = new ScriptedChatClient().Fail(Down);
        using var second = new ScriptedChatClient().Reply("from second", r => r.Usage(1_000_000, 0));
        await using var host = new FlowTestHost(o => o.Models.Add("first", first, m => m.Price(1, 1)).Add("second", second, m => m.Price(7, 7)));

        Assert.Equal("from second", await host.RunAsync(Agent.Create("a").Model("first").FallbackTo("second").Build(), "x"));

        var failed = Assert.Single(host.LastRun.Entries.OfType<EffectFailedEntry>());
        Assert.Equal(("first", false, typeof(HttpRequestException).FullName), (failed.Detail!.Model, failed.IsFinal, failed.ErrorType));
        var detail = host.LastRun.Entries.OfType<EffectCompletedEntry>().Single().Detail!;
        Assert.Equal(("'second' stands in", 7m, "'first' failed with System.Net.Http.HttpRequestException; 'second' stands in"), (detail.ModelReason![^18..], detail.Cost, detail.ModelReason));
        Assert.Equal((1, 0), (RunReport.From(host.LastRun.Entries).Total.ModelCalls, RunReport.From(host.LastRun.Entries).Total.FailedCalls));
    }

    [Fact]
    public async Task The_catalog_names_stand_ins_for_all_agents_and_each_gets_all_attempts()
    {
        using var first = new ScriptedChatClient().Fail(Down).Fail(Down);
        using var second = new ScriptedChatClient().Fail(Down).Reply("at last");
        await using var host = new FlowTestHost(o => o.Models.Add("first", first, m => m.FallbackTo("second")).Add("second", second));
        var agent = Agent.Create("a").Model("first").Retry(1).Build();

        var run = await host.RunToEndAsync(agent, "x");

        Assert.Equal("at last", run.Value());
        Assert.Equal(["first 1", "first 2", "second 3"], run.Entries.OfType<EffectFailedEntry>().Select(entry => $"{entry.Detail?.Model ?? (entry.Attempt == 1 ? "first" : "second")} {entry.Attempt}"));
        Assert.All(run.Entries.OfType<EffectFailedEntry>(), entry => Assert.False(entry.IsFinal));
        await host.ReplayFromEveryPrefixAsync(agent, run);
    }

    public static TheoryData<Exception> NoOutages =>
    [
        new InvalidOperationException("a bug"),
        new HttpRequestException("bad request", null, HttpStatusCode.BadRequest),
        new HttpRequestException("unauthorized", null, HttpStatusCode.Unauthorized),
    ];

    [Theory]
    [MemberData(nameof(NoOutages))]
    public async Task What_is_no_outage_stays_a_failure(Exception failure)
    {
        using var first = new ScriptedChatClient().Fail(failure);
        using var second = new ScriptedChatClient().Reply("never");
        await using var host = new FlowTestHost(o => o.Models.Add("first", first).Add("second", second));

        var run = await host.RunToEndAsync(Agent.Create("a").Model("first").FallbackTo("second").Build(), "x");

        Assert.Equal(failure.GetType().FullName, run.Failure().ErrorType);
        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task The_content_filter_of_one_model_is_not_asked_away_with_another()
    {
        using var first = new ScriptedChatClient().Reply("", r => r.Finish(ChatFinishReason.ContentFilter));
        using var second = new ScriptedChatClient().Reply("never");
        await using var host = new FlowTestHost(o => o.Models.Add("first", first).Add("second", second));

        var run = await host.RunToEndAsync(Agent.Create("a").Model("first").FallbackTo("second").Build(), "x");

        Assert.Equal(typeof(ContentFilteredException).FullName, run.Failure().ErrorType);
        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task The_host_may_say_what_an_outage_is()
    {
        using var first = new ScriptedChatClient().Fail(new InvalidOperationException("quota"));
        using var second = new ScriptedChatClient().Reply("second");
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("first", first).Add("second", second);
            o.Models.IsOutage = failure => failure.Message == "quota" || ModelOutage.IsOutage(failure);
        });

        Assert.Equal("second", await host.RunAsync(Agent.Create("a").Model("first").FallbackTo("second").Build(), "x"));
    }

    [Fact]
    public async Task Policies_judge_the_stand_in_before_it_is_called()
    {
        using var first = new ScriptedChatClient().Fail(Down);
        using var second = new ScriptedChatClient().Reply("never");
        var rule = new Rule("only-first", request => request.Facts.Model == "second" ? PolicyDecision.Deny("not there") : PolicyDecision.Allow, (PolicyOperation.CallModel, PolicyPhase.Request));
        await using var host = new FlowTestHost(o => { o.Models.Add("first", first).Add("second", second); o.Policies.Add(rule); });

        var run = await host.RunToEndAsync(Agent.Create("a").Model("first").FallbackTo("second").Build(), "x");

        Assert.Equal(PolicyDeniedException.Type, run.Failure().ErrorType);
        Assert.Equal(2, rule.Asked.Count);
        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task Nothing_falls_back_once_a_reader_has_seen_a_part_of_the_answer()
    {
        using var early = new BreakingClient("before");
        using var late = new BreakingClient("after", "Once upon");
        using var second = new ScriptedChatClient().Reply("second").Reply("never");
        await using var runtime = new FlowRuntime();
        runtime.Models.Add("early", early).Add("late", late).Add("second", second);

        var fine = await runtime.StartAsync(Agent.Create("a").Model("early").FallbackTo("second").Build(), "x");
        Assert.Equal("second", await fine.Result.WaitAsync(HangGuard.Limit));

        var broken = await runtime.StartAsync(Agent.Create("a").Model("late").FallbackTo("second").Build(), "x");
        await Assert.ThrowsAsync<FlowRunFailedException>(() => broken.Result.WaitAsync(HangGuard.Limit));
        Assert.Single(second.Calls);
    }

    [Fact]
    public async Task A_model_that_keeps_failing_is_left_out_for_a_while()
    {
        using var first = new ScriptedChatClient();
        for (var i = 0; i < 3; i++) first.Fail(Down);
        first.Reply("recovered");
        using var second = new ScriptedChatClient();
        for (var i = 0; i < 5; i++) second.Reply("second");
        await using var host = new FlowTestHost(o => o.Models.Add("first", first, m => m.FallbackTo("second").Circuit(0.5, minimumCalls: 3, pause: TimeSpan.FromSeconds(20))).Add("second", second));
        var agent = Agent.Create("a").Model("first").Build();

        for (var i = 0; i < 5; i++) Assert.Equal("second", await host.RunAsync(agent, "x"));
        Assert.Equal(3, first.Calls.Count);
        Assert.Equal("'first' is left out while its circuit is open; 'second' stands in", host.LastRun.Entries.OfType<EffectCompletedEntry>().Single().Detail!.ModelReason);

        await host.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("recovered", await host.RunAsync(agent, "x"));
    }

    [Fact]
    public async Task Unknown_stand_ins_and_lanes_are_found_before_anything_runs()
    {
        using var client = new ScriptedChatClient();
        await using var runtime = new FlowRuntime();
        runtime.Models.Add("first", client, m => m.FallbackTo("gone").Lane("nowhere")).Add("other", client);
        runtime.Steps.Add(Agent.Create("a").Model("first").Build());
        runtime.Steps.Add(Agent.Create("b").Model("other").FallbackTo("lost").Build());

        var defects = runtime.FindDefects().Select(defect => $"{defect.Path}: {defect.Problem}").ToList();

        Assert.Equal(3, defects.Count);
        Assert.Contains(defects, defect => defect.StartsWith("a: Agent 'a' uses model 'gone'", StringComparison.Ordinal));
        Assert.Contains(defects, defect => defect.StartsWith("a/model: the step runs in lane 'nowhere'", StringComparison.Ordinal));
        Assert.Contains(defects, defect => defect.StartsWith("b: Agent 'b' uses model 'lost'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HTTP 503 (server_error)", true)]
    [InlineData("Service request failed.\nStatus: 429 (Too Many Requests)", true)]
    [InlineData("HTTP 400 (content_filter)", false)]
    [InlineData("HTTP 5031", false)]
    [InlineData("nothing", false)]
    [InlineData("", false)]
    public void The_status_is_read_from_messages_that_carry_it(string message, bool isOutage)
    {
        Assert.Equal(isOutage, ModelOutage.IsOutage(new InvalidOperationException(message)));
        Assert.Equal(isOutage, ModelOutage.IsOutage(new AggregateException("outer", new InvalidOperationException(message))));
    }

    private sealed class BreakingClient(string message, params string[] first) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new HttpRequestException(message);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            foreach (var text in first) yield return new(ChatRole.Assistant, text);
            throw new HttpRequestException(message);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
