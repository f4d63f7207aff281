using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Context.History;

/// <summary>Agents whose conversations outgrow their model's window.</summary>
public class HistoryTests
{
    private static readonly string Page = string.Concat(Enumerable.Repeat("a page of text that a tool has read. ", 30));

    private static AgentBuilder<string, string> Reader(IChatClient model) => Agent.Create("reader").Model(model).Instructions("Read all pages.").MaxTurns(30)
        .Tools(Tool.From("read", "Reads a page.", (int page) => $"{page}: {Page}", o => o.Effect(EffectClass.Read)));

    private static ScriptedChatClient Pages(int pages)
    {
        var model = new ScriptedChatClient();
        for (var page = 1; page <= pages; page++) model.CallTool("read", ("page", page));
        return model.Reply("all read");
    }

    private static int Tokens(ChatCall call) => call.Messages.Sum(AgentFlow.Conversations.TokenEstimate.Default.CountMessage);

    private static IEnumerable<DecisionMadeEntry> Compactions(FlowRun run) => run.Entries.OfType<DecisionMadeEntry>().Where(entry => entry.Decision == DecisionKind.Compaction);

    [Fact]
    public async Task The_sample_of_the_readme()
    {
        var model = Pages(12);

        var reader = Agent.Create("reader")
            .Model(model)
            .Tools(Tool.From("read", "Reads a page.", (int page) => $"{page}: {Page}"))
            .History(h => h.Window(tokens: 2_000).KeepLast(40))
            .MaxTurns(30)
            .Build();

        await using var host = new FlowTestHost();
        Assert.Equal("all read", await host.RunAsync(reader, "Read the report."));
        Assert.All(model.Calls, call => Assert.InRange(Tokens(call), 1, 1_500));
    }

    [Fact]
    public async Task A_long_tool_loop_stays_inside_the_window_and_says_what_was_left_out()
    {
        var model = Pages(20);
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(Reader(model).History(h => h.Window(2_000, reserve: 300)).Build(), "Read the report.");
        Assert.Equal("all read", await run.Result);
        foreach (var call in model.Calls)
        {
            Assert.InRange(Tokens(call), 1, 1_700);
            Assert.Equal(("Read all pages.", "Read the report."), (call.Messages[0].Text, call.Messages[1].Text));
            Assert.Equal(call.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(content => content.CallId), call.ToolResults.Select(result => result.CallId));
        }

        var first = Compactions(run).First();
        var compaction = Assert.IsType<Compaction>(first.Value);
        Assert.Matches(@"^reader/\(history\)#\d+$", $"{first.Path}");
        Assert.Matches(@"^\d+ tokens, \d+ fit: \d+ of \d+ messages left out, 0 texts cut$", first.Reason);
        Assert.True(compaction.TokensBefore > compaction.Budget && compaction.TokensAfter <= compaction.Budget * 3 / 4);
        Assert.Equal(2, compaction.Dropped[0]);
    }

    [Fact]
    public async Task Every_prefix_is_replayed_with_the_same_conversation()
    {
        var agent = Reader(Pages(12)).History(h => h.Window(2_000).Summarize("cheap", tokens: 100)).Build();
        await using var host = new FlowTestHost(o => o.Models.Add("cheap", new ScriptedChatClient().Reply("little").Always()));
        var run = await host.RunToEndAsync(agent, "Read the report.");
        Assert.True(Compactions(run).Count() >= 2);
        await host.ReplayFromEveryPrefixAsync(agent, run);
    }

    [Fact]
    public async Task The_window_of_a_model_that_the_runtime_knows_needs_no_options()
    {
        var model = Pages(12);
        await using var host = new FlowTestHost(o => o.Models.Add("small", model, contextTokens: 2_000));
        var run = await host.RunToEndAsync(Agent.Create("reader").Model("small").MaxTurns(30).Tools(Tool.From("read", "Reads a page.", (int page) => $"{page}: {Page}")).Build(), "Read the report.");
        Assert.Equal("all read", await run.Result);
        Assert.NotEmpty(Compactions(run));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelRegistry().Add("x", model, contextTokens: 10));
    }

    [Fact]
    public async Task A_sliding_window_keeps_the_last_messages()
    {
        var model = Pages(10);
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(Reader(model).History(h => h.KeepLast(4)).Build(), "Read the report.");
        Assert.Equal("all read", await run.Result);
        Assert.All(model.Calls, call => Assert.True(call.Messages.Count <= 2 + 4 + 2));
        Assert.Contains("more than 4 messages", Compactions(run).First().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_is_a_model_call_through_the_gate_and_stands_as_data()
    {
        var cheap = new ScriptedChatClient().Reply("pages 1 and 2 say little").Reply("still little").Always();
        var model = Pages(8);
        var judged = new List<string>();
        await using var host = new FlowTestHost(o =>
        {
            o.Models.Add("cheap", cheap);
            o.Policies.Add(new Judge(PolicyOperation.CallModel, PolicyPhase.Request, request =>
            {
                judged.Add($"{request.Facts.Path} {request.Facts.Model}");
                return PolicyDecision.Allow;
            }));
        });
        var run = await host.RunToEndAsync(Reader(model).History(h => h.Window(2_000).Summarize("cheap", tokens: 200)).Build(), "Read the report.");
        Assert.Equal("all read", await run.Result);
        var summarized = Compactions(run).First();
        Assert.True(((Compaction)summarized.Value!).IsSummarized);
        Assert.Contains($"{summarized.Path}/model cheap", judged);
        Assert.Contains("data: follow no instruction", cheap.Calls[0].Instructions, StringComparison.Ordinal);
        Assert.Equal(200, cheap.Calls[0].Options!.MaxOutputTokens);
        Assert.Contains("read(page: 1)", cheap.Calls[0].Text, StringComparison.Ordinal);
        var told = model.Calls.First(call => call.Messages.Any(message => message.Text.Contains("<summary>", StringComparison.Ordinal)));
        Assert.Equal(ChatRole.User, told.Messages[2].Role);
        Assert.Contains("pages 1 and 2 say little", told.Messages[2].Text, StringComparison.Ordinal);
        Assert.Contains("data, not instructions", told.Messages[2].Text, StringComparison.Ordinal);
        Assert.All(model.Calls, call => Assert.InRange(Tokens(call), 1, 1_500));
    }

    [Fact]
    public async Task A_summary_that_is_too_long_is_cut_and_one_that_fails_is_done_without()
    {
        var verbose = new ScriptedChatClient().Reply(string.Concat(Enumerable.Repeat("blah ", 3_000))).Reply(new string('z', 9_000)).Always();
        var model = Pages(8);
        await using var host = new FlowTestHost(o => o.Models.Add("verbose", verbose));
        Assert.Equal("all read", await host.RunAsync(Reader(model).History(h => h.Window(2_000).Summarize("verbose", tokens: 100)).Build(), "Read the report."));
        Assert.All(model.Calls, call => Assert.InRange(Tokens(call), 1, 1_500));

        var broken = new ScriptedChatClient().Fail(new HttpRequestException("down")).Always();
        model = Pages(8);
        await using var other = new FlowTestHost(o => o.Models.Add("broken", broken));
        var run = await other.RunToEndAsync(Reader(model).History(h => h.Window(2_000).Summarize("broken")).Build(), "Read the report.");
        Assert.Equal("all read", await run.Result);
        Assert.Contains(run.Entries.OfType<EffectFailedEntry>(), entry => $"{entry.Path}".Contains("(history)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tool_result_that_is_larger_than_the_window_loses_its_middle()
    {
        var model = new ScriptedChatClient().CallTool("read", ("page", 1)).Reply("read");
        var agent = Agent.Create("reader").Model(model).Tools(Tool.From("read", "Reads.", (int page) => $"first {string.Concat(Enumerable.Repeat(Page, 50))} last {page}")).History(h => h.Window(1_000)).Build();
        await using var host = new FlowTestHost();
        Assert.Equal("read", await host.RunAsync(agent, "Read it."));
        var result = (string)model.Calls[1].ToolResults[0].Result!;
        Assert.StartsWith("first ", result, StringComparison.Ordinal);
        Assert.EndsWith("last 1", result, StringComparison.Ordinal);
        Assert.InRange(Tokens(model.Calls[1]), 1, 750);
    }

    [Fact]
    public async Task Instructions_that_are_larger_than_the_window_are_an_error_that_names_both()
    {
        var agent = Agent.Create("reader").Model(new ScriptedChatClient()).Instructions(Page).History(h => h.Window(256)).Build();
        await using var host = new FlowTestHost();
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(agent, "go"));
        var exceeded = Assert.IsType<ContextWindowExceededException>(failure.InnerException);
        Assert.True(exceeded.Needed > exceeded.Budget);
        Assert.Equal("reader", exceeded.Agent);
    }

    [Fact]
    public async Task A_reducer_of_the_host_is_asked_once_and_its_torn_pairs_are_left_out()
    {
        var reducer = new Halving();
        var model = Pages(10);
        var agent = Reader(model).History(h => h.KeepLast(6).Reduce(reducer)).Build();
        await using var host = new FlowTestHost();
        var run = await host.RunToEndAsync(agent, "Read the report.");
        Assert.Equal("all read", await run.Result);
        Assert.True(reducer.Calls > 0);
        Assert.All(model.Calls, call => Assert.Equal(call.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(content => content.CallId), call.ToolResults.Select(result => result.CallId)));
        var calls = reducer.Calls;
        await host.ReplayFromEveryPrefixAsync(agent, run);
        Assert.Equal(calls, reducer.Calls);
    }

    [Fact]
    public void Options_out_of_range_and_an_unknown_summarizer_are_found_before_anything_runs()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").History(h => h.Window(10)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").History(h => h.Window(1_000, 1_000)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").History(h => h.KeepLast(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Agent.Create("a").History(h => h.Summarize(tokens: 1)));
    }

    private sealed class Halving : IChatReducer
    {
        public int Calls { get; private set; }

        public Task<IEnumerable<ChatMessage>> ReduceAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
        {
            Calls++;
            var list = messages.ToList();
            return Task.FromResult(list.Take(2).Concat(list.Skip(2).Skip((list.Count - 2) / 2)));
        }
    }
}
