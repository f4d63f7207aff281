using System.Collections.Concurrent;
using System.Text;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Policies;
using AgentFlow.Tests.Runs;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Models;

public sealed class ResponseCacheTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly ScriptedChatClient _model = new();
    private readonly MemoryCache _cache = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_hit_costs_nothing_and_says_so()
    {
        _model.Reply("once", r => r.Usage(100, 50));
        await using var host = Host();
        var agent = Cached();

        Assert.Equal("once", await host.RunAsync(agent, "x"));
        Assert.Equal((false, 150m), (Detail(host).IsCached, Detail(host).Cost));
        var run = await host.RunToEndAsync(agent, "x");

        Assert.Equal("once", run.Value());
        Assert.Equal((true, 0m, null), (Detail(host).IsCached, Detail(host).Cost, Detail(host).Usage));
        Assert.Single(_model.Calls);
        await host.ReplayFromEveryPrefixAsync(agent, run);
    }

    [Fact]
    public async Task Equal_calls_in_flight_become_one()
    {
        var gate = new TaskCompletionSource();
        _model.Reply("shared", r => r.After(gate.Task));
        await using var host = Host();
        var flow = Flow.Start<string[]>("f").ForEach(x => x, Cached(), maxParallel: 10).Build();

        var run = await host.StartAsync(flow, [.. Enumerable.Repeat("x", 10)]);
        await host.SettleAsync();
        gate.SetResult();
        await host.DriveAsync(run);

        Assert.All(run.Value(), answer => Assert.Equal("shared", answer));
        Assert.Single(_model.Calls);
        Assert.Equal(9, host.LastRun.Entries.OfType<EffectCompletedEntry>().Count(entry => entry.Detail!.IsCached));
    }

    [Fact]
    public async Task The_cancellation_of_the_first_does_not_end_the_others()
    {
        _model.Reply("abandoned", r => r.After(new TaskCompletionSource().Task)).Reply("for the others");
        await using var host = Host();
        var agent = Cached();
        var first = await host.StartAsync(agent, "x");
        await host.SettleAsync();
        var second = await host.StartAsync(agent, "x");
        var third = await host.StartAsync(agent, "x");
        await host.SettleAsync();
        Assert.Single(_model.Calls);

        await host.CancelAsync(first);
        await host.DriveAsync(second);
        await host.DriveAsync(third);

        Assert.Equal(("for the others", "for the others", 2), (second.Value(), third.Value(), _model.Calls.Count));
    }

    [Fact]
    public async Task A_failure_goes_to_all_and_is_not_kept()
    {
        var gate = new TaskCompletionSource();
        _model.Reply("", r => r.After(gate.Task).Fail(new HttpRequestException("down"))).Reply("later");
        await using var host = Host();
        var agent = Cached();
        var runs = new[] { await host.StartAsync(agent, "x"), await host.StartAsync(agent, "x") };
        await host.SettleAsync();
        gate.SetResult();
        foreach (var run in runs) await host.DriveAsync(run);

        Assert.All(runs, run => Assert.Equal(typeof(HttpRequestException).FullName, run.Failure().ErrorType));
        Assert.Single(_model.Calls);
        Assert.Equal("later", await host.RunAsync(agent, "x"));
    }

    [Fact]
    public async Task Tenants_and_users_share_nothing_that_is_not_theirs()
    {
        for (var i = 0; i < 5; i++) _model.Reply($"{i}");
        await using var host = Host();
        Task<string> Ask(Agent<string, string> agent, string user, string? tenant) => host.RunAsync(agent, "x", new() { Principal = new(user) { Tenant = tenant } });
        var (wide, narrow) = (Cached(), Cached(ModelCacheScope.Principal));

        Assert.Equal(["0", "0", "1", "2", "3", "4", "4"],
        [
            await Ask(wide, "ada", "t1"), await Ask(wide, "bob", "t1"), await Ask(wide, "ada", "t2"), await Ask(wide, "ada", null), await Ask(wide, "t1", null),
            await Ask(narrow, "ada", "t1"), await Ask(narrow, "ada", "t1"),
        ]);
    }

    [Fact]
    public async Task Another_conversation_model_option_or_tool_is_another_call()
    {
        for (var i = 0; i < 6; i++) _model.Reply($"{i}");
        await using var host = Host();
        Agent<string, string> Make(Action<AgentBuilder<string, string>>? change = null)
        {
            var builder = Agent.Create("a").Model("fast").CacheResponses(Hour);
            change?.Invoke(builder);
            return builder.Build();
        }

        List<string> answers =
        [
            await host.RunAsync(Make(), "x"), await host.RunAsync(Make(), "y"), await host.RunAsync(Make(a => a.Model("other")), "x"),
            await host.RunAsync(Make(a => a.Options(o => o.Temperature = 0.5f)), "x"), await host.RunAsync(Make(a => a.Instructions("Be brief.")), "x"),
            await host.RunAsync(Make(a => a.Tools(Tool.From((string q) => q, o => o.Name("look").Effect(EffectClass.Read)))), "x"), await host.RunAsync(Make(), "x"),
        ];

        Assert.Equal(["0", "1", "2", "3", "4", "5", "0"], answers);
    }

    [Fact]
    public async Task Policies_are_asked_before_a_hit()
    {
        _model.Reply("once");
        var allowed = true;
        var rule = new Rule("gate", _ => allowed ? PolicyDecision.Allow : PolicyDecision.Deny("not any more"), (PolicyOperation.CallModel, PolicyPhase.Request));
        await using var host = Host(o => o.Policies.Add(rule));
        await host.RunAsync(Cached(), "x");

        allowed = false;
        Assert.Equal(PolicyDeniedException.Type, (await host.RunToEndAsync(Cached(), "x")).Failure().ErrorType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"key":"of another","response":{"messages":[{"role":"assistant","contents":[{"$type":"text","text":"poison"}]}]}}""")]
    [InlineData("""{"key":"KEY","response":{"messages":[]}}""")]
    [InlineData("""{"key":"KEY","response":{"messages":[null]}}""")]
    [InlineData("""{"key":"KEY","response":{"messages":[{"role":"assistant","contents":[{"$type":"nonsense"}]}]}}""")]
    [InlineData("""{"key":"KEY","response":null}""")]
    public async Task An_entry_that_cannot_be_read_is_a_miss(string entry)
    {
        _model.Reply("one").Reply("two");
        await using var host = Host();
        await host.RunAsync(Cached(), "x");
        var key = Assert.Single(_cache.Entries.Keys);
        _cache.Entries[key] = Encoding.UTF8.GetBytes(entry.Replace("KEY", key, StringComparison.Ordinal));

        Assert.Equal("two", await host.RunAsync(Cached(), "x"));
        Assert.Equal("two", await host.RunAsync(Cached(), "x"));
    }

    [Fact]
    public async Task A_cache_that_fails_costs_a_call_and_no_run()
    {
        _model.Reply("one").Reply("two");
        _cache.Failure = new InvalidOperationException("the cache is down");
        await using var host = Host();

        Assert.Equal("one", await host.RunAsync(Cached(), "x"));
        Assert.Equal("two", await host.RunAsync(Cached(), "x"));
    }

    [Fact]
    public async Task What_was_cut_off_or_cannot_be_compared_is_not_kept()
    {
        _model.Reply("half", r => r.Finish(ChatFinishReason.Length)).Reply("one").Reply("two");
        await using var host = Host();
        await host.RunToEndAsync(Cached(), "x");
        Assert.Empty(_cache.Entries);

        var stateful = Agent.Create("a").Model("fast").Options(o => o.ConversationId = "c-1").CacheResponses(Hour).Build();
        Assert.Equal(("one", "two"), (await host.RunAsync(stateful, "x"), await host.RunAsync(stateful, "x")));
        Assert.Empty(_cache.Entries);
    }

    [Fact]
    public async Task Agents_that_do_not_ask_for_it_share_nothing()
    {
        _model.Reply("one").Reply("two");
        await using var host = Host();
        var agent = Agent.Create("a").Model("fast").Build();

        Assert.Equal(("one", "two"), (await host.RunAsync(agent, "x"), await host.RunAsync(agent, "x")));
        Assert.Empty(_cache.Entries);
    }

    private static EffectDetail Detail(FlowTestHost host) => host.LastRun.Entries.OfType<EffectCompletedEntry>().Single().Detail!;

    private static Agent<string, string> Cached(ModelCacheScope scope = ModelCacheScope.Tenant) => Agent.Create("a").Model("fast").CacheResponses(Hour, scope).Build();

    private FlowTestHost Host(Action<FlowTestOptions>? configure = null) => new(o =>
    {
        o.Models.Add("fast", _model, new(1_000_000m, 1_000_000m)).Add("other", _model);
        o.Runtime.ModelCache = _cache;
        configure?.Invoke(o);
    });

    private sealed class MemoryCache : IModelCache
    {
        public ConcurrentDictionary<string, byte[]> Entries { get; } = new();

        public Exception? Failure { get; set; }

        public ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken) =>
            Failure is null ? new(Entries.GetValueOrDefault(key)) : ValueTask.FromException<byte[]?>(Failure);

        public ValueTask StoreAsync(string key, byte[] response, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            if (Failure is not null) return ValueTask.FromException(Failure);
            Entries[key] = response;
            return default;
        }
    }
}
