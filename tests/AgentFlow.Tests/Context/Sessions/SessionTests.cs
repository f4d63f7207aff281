using AgentFlow.Conversations;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Agents;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Context.Sessions;

/// <summary>Conversations that go on across runs: seen by the next run of the same user, kept once, never torn by two runs at a time.</summary>
public sealed class SessionTests : IDisposable
{
    private static readonly SessionKey Key = new("chat-7", "helper");
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"agentflow-sessions-{Environment.ProcessId}-{Path.GetRandomFileName()}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    private static RunOptions Chat(string user = "ada", string? tenant = "north", string? id = null) => new() { Id = id, SessionId = "chat-7", Principal = new(user) { Tenant = tenant } };

    private static Agent<string, string> Helper(IChatClient model) => Agent.Create("helper").Model(model).Instructions("Help.").InSession().Build();

    private static IEnumerable<string> Said(ChatCall call) => call.Messages.Select(message => $"{message.Role}: {message.Text}");

    [Fact]
    public async Task The_sample_of_the_readme()
    {
        var model = new ScriptedChatClient().Reply("It is on its way.").Reply("On Friday.");
        var helper = Agent.Create("helper").Model(model).Instructions("Help.").InSession().Build();

        await using var host = new FlowTestHost();
        await host.RunAsync(helper, "Where is my order?", new() { SessionId = "chat-7", Principal = new("ada") });
        await host.RunAsync(helper, "And when does it come?", new() { SessionId = "chat-7", Principal = new("ada") });

        Assert.Equal(["system: Help.", "user: Where is my order?", "assistant: It is on its way.", "user: And when does it come?"], Said(model.Calls[1]));
    }

    [Fact]
    public async Task Tool_calls_are_part_of_the_conversation_and_a_run_without_a_session_begins_anew()
    {
        var model = new ScriptedChatClient().CallTool("look").Reply("seen").Reply("again").Reply("alone");
        var agent = Agent.Create("helper").Model(model).Tools(Tool.From("look", "Looks.", () => "a thing", o => o.Effect(EffectClass.Read))).InSession().Build();
        await using var host = new FlowTestHost();
        await host.RunAsync(agent, "one", Chat());
        await host.RunAsync(agent, "two", Chat());
        await host.RunAsync(agent, "three");
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.User], model.Calls[2].Messages.Select(message => message.Role));
        Assert.Equal("a thing", $"{model.Calls[2].ToolResults[0].Result}");
        Assert.Equal(["user: three"], Said(model.Calls[3]));
    }

    [Theory]
    [InlineData("eve", "north")]
    [InlineData("ada", "south")]
    [InlineData("ada", null)]
    public async Task A_session_of_another_user_or_tenant_is_refused(string user, string? tenant)
    {
        var model = new ScriptedChatClient().Reply("secret");
        await using var host = new FlowTestHost();
        await host.RunAsync(Helper(model), "one", Chat());
        var failed = await Assert.ThrowsAsync<FlowRunFailedException>(() => host.RunAsync(Helper(model), "two", Chat(user, tenant)));
        Assert.Equal(typeof(SessionAccessException).FullName, failed.ErrorType);
        Assert.Single(model.Calls);
    }

    [Fact]
    public void Of_two_runs_at_a_time_the_later_one_is_refused_and_nothing_is_torn()
    {
        var test = new VirtualRun();
        var slow = Helper(new ScriptedChatClient(timeProvider: test.Time).Reply("slow", reply => reply.After(TimeSpan.FromSeconds(5))));
        var fast = Helper(new ScriptedChatClient().Reply("fast"));
        var first = test.Start(slow, "one", Chat());
        var second = test.Start(fast, "two", Chat());
        test.Finish(second);
        test.Finish(first);
        Assert.Equal("fast", second.Value());
        var failed = first.Failure();
        Assert.Equal(typeof(SessionConflictException).FullName, failed.ErrorType);
        Assert.Contains("is at version 1 and was at 0", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_at_any_point_loses_nothing_and_doubles_nothing()
    {
        IReadOnlyList<StoredEntry> stored;
        var complete = new InMemorySessionStore();
        ScriptedChatClient Model() => new ScriptedChatClient().Reply("hello");
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => (options.Journal, options.Sessions) = (journal, complete));
        var run = test.Start(Helper(Model()), "hi", Chat(id: "run"));
        test.Settle();
        Assert.Equal("hello", run.Value());
        stored = Restart.Stored(journal, run.Id);
        for (var length = 1; length < stored.Count; length++)
        {
            // Before the save was recorded it may have happened or not.
            foreach (var hasHappened in new[] { false, true })
            {
                var entries = stored.Take(length).Select(EntryDecoder.Decode).ToList();
                var isRecorded = entries.OfType<EffectCompletedEntry>().Any(entry => entry.StepName == "save");
                if (isRecorded && !hasHappened) continue;
                var isAnswered = entries.OfType<EffectCompletedEntry>().Any(entry => entry.StepName == "model");
                if (hasHappened && !isAnswered) continue;
                var sessions = hasHappened ? complete : new InMemorySessionStore();
                var restarted = Restart.From<string>(stored.Take(length), options => options.Sessions = sessions, Helper(isAnswered ? new ScriptedChatClient() : Model()));
                Assert.Equal("hello", restarted.Run!.Value());
                var record = Stored(sessions);
                Assert.Equal((1L, 2), (record.Version, record.Messages.Count));
            }
        }
    }

    [Fact]
    public void A_durable_run_keeps_its_session_in_files_which_the_next_process_reads()
    {
        using (var sessions = new FileSessionStore(_directory))
        {
            var test = new VirtualRun(configure: options => (options.Journal, options.Sessions) = (new InProcessJournal(), sessions));
            var run = test.Start(Helper(new ScriptedChatClient().Reply("hello")), "hi", Chat());
            WaitFor(test, run);
            Assert.Equal("hello", run.Value());
            Assert.Throws<IOException>(() => new FileSessionStore(_directory));
        }

        using (var sessions = new FileSessionStore(_directory))
        {
            var model = new ScriptedChatClient().Reply("again");
            var test = new VirtualRun(configure: options => (options.Journal, options.Sessions) = (new InProcessJournal(), sessions));
            var run = test.Start(Helper(model), "more", Chat());
            WaitFor(test, run);
            Assert.Equal(["system: Help.", "user: hi", "assistant: hello", "user: more"], Said(model.Calls[0]));
        }
    }

    [Fact]
    public void A_durable_runtime_without_a_store_says_which_to_set()
    {
        var test = new VirtualRun(configure: options => options.Journal = new InProcessJournal());
        var run = test.Start(Helper(new ScriptedChatClient()), "hi", Chat());
        test.Settle();
        Assert.Contains("FileSessionStore", run.Failure().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_session_stays_inside_the_window_and_small_in_the_store()
    {
        var model = new ScriptedChatClient().Reply(string.Concat(Enumerable.Repeat("many words ", 60))).Always();
        var sessions = new InMemorySessionStore();
        var agent = Agent.Create("helper").Model(model).Instructions("Help.").History(h => h.Window(1_000)).InSession().Build();
        await using var host = new FlowTestHost(o => o.Runtime.Sessions = sessions);
        for (var i = 0; i < 25; i++) await host.RunAsync(agent, $"question {i}", Chat());
        Assert.All(model.Calls, call => Assert.InRange(call.Messages.Sum(TokenEstimate.Default.CountMessage), 1, 750));
        Assert.All(model.Calls, (call, i) => Assert.Equal($"question {i}", call.Messages[^1].Text));
        Assert.Equal("question 0", model.Calls[^1].Messages[1].Text);
        Assert.InRange(Stored(sessions).Messages.Count, 3, 14);
    }

    [Fact]
    public async Task Every_prefix_is_replayed_and_policies_judge_the_access()
    {
        var model = new ScriptedChatClient().Reply("hello");
        var reads = new Judge(PolicyOperation.ReadMemory, PolicyPhase.Request, _ => PolicyDecision.Allow);
        var writes = new Judge(PolicyOperation.WriteMemory, PolicyPhase.Request, _ => PolicyDecision.Allow);
        await using var host = new FlowTestHost(o =>
        {
            o.Policies.Add(reads);
            o.Policies.Add(writes);
        });
        var run = await host.RunToEndAsync(Helper(model), "hi", Chat());
        Assert.Equal("hello", await run.Result);
        Assert.Equal(("helper", "load", "helper", "save"), (reads.Asked[0].From, reads.Asked[0].Target, writes.Asked[0].From, writes.Asked[0].Target));
        await host.ReplayFromEveryPrefixAsync(Helper(model), run);
    }

    [Fact]
    public async Task What_was_untrusted_in_an_earlier_run_is_so_in_the_next()
    {
        var model = new ScriptedChatClient().Reply("hello").Reply("again");
        await using var host = new FlowTestHost();
        await host.RunAsync(Helper(model), "hi", Chat() with { InputLabel = Label.Untrusted("mail") });
        var run = await host.RunToEndAsync(Helper(model), "more", Chat());
        Assert.Equal(Label.Untrusted("mail"), run.Entries.OfType<EffectCompletedEntry>().Single(entry => entry.StepName == "model").Label);
    }

    [Fact]
    public async Task Both_stores_keep_their_contract()
    {
        using var files = new FileSessionStore(_directory);
        foreach (var store in new ISessionStore[] { new InMemorySessionStore(), files })
        {
            SessionRecord Record(long version, string text = "x") => new()
            {
                Key = Key, Version = version, User = "ada", Tenant = "north", Label = Label.Untrusted("web").WithAudience(["ada"]), Writers = ["run/helper"],
                Messages = [new(ChatRole.User, text), new(ChatRole.Assistant, [new FunctionCallContent("c", "f", new Dictionary<string, object?> { ["a"] = 1 })]), new(ChatRole.Tool, [new FunctionResultContent("c", "r")])],
            };
            Assert.Null(await store.ReadAsync(Key, default));
            Assert.False(await store.TryWriteAsync(Record(2), default));
            Assert.True(await store.TryWriteAsync(Record(1), default));
            Assert.False(await store.TryWriteAsync(Record(1), default));
            var writes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.TryWriteAsync(Record(2, $"{i}"), default).AsTask()));
            Assert.Single(writes, written => written);
            var read = (await store.ReadAsync(Key, default))!;
            Assert.Equal((2L, "ada", "north", Label.Untrusted("web").WithAudience(["ada"])), (read.Version, read.User, read.Tenant, read.Label));
            Assert.Equal("c", ((FunctionResultContent)read.Messages[2].Contents[0]).CallId);
            Assert.Null(await store.ReadAsync(new("chat-7", "other"), default));
            await store.DeleteAsync(Key, default);
            await store.DeleteAsync(Key, default);
            Assert.Null(await store.ReadAsync(Key, default));
        }

        Assert.True(await files.TryWriteAsync(new() { Key = new("../../etc", "a/b"), Version = 1, User = "ada", Messages = [] }, default));
        var file = Assert.Single(Directory.GetFiles(_directory, "*.json"));
        await File.WriteAllTextAsync(file, "{\"torn\":", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await files.ReadAsync(new("../../etc", "a/b"), default));
    }

    [Fact]
    public async Task An_id_out_of_range_is_refused()
    {
        await using var runtime = new FlowRuntime();
        await Assert.ThrowsAsync<ArgumentException>(async () => await runtime.StartAsync(Helper(new ScriptedChatClient()), "x", new() { SessionId = " " }));
    }

    private static SessionRecord Stored(InMemorySessionStore store)
    {
        var reading = store.ReadAsync(Key, default);
        Assert.True(reading.IsCompletedSuccessfully);
        return reading.GetAwaiter().GetResult()!;
    }

    private static void WaitFor(VirtualRun test, FlowRun run)
    {
        // Files are read and written on the pool.
        Assert.True(SpinWait.SpinUntil(() =>
        {
            test.Settle();
            return run.Status is not (RunStatus.Queued or RunStatus.Running);
        }, TimeSpan.FromSeconds(30)));
    }
}
