using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Testing;
using AgentFlow.Tests.Policies;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Steps;

public sealed class BatchedStepTests
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private readonly List<string> _bodies = [];

    [Fact]
    public async Task Items_are_answered_by_few_calls_and_recorded_one_by_one()
    {
        await using var host = new FlowTestHost();
        var classify = Classify(maxSize: 4);
        var flow = Flow.Start<string[]>("f").ForEach(x => x, classify, maxParallel: 10).Build();

        var run = await host.RunToEndAsync(flow, ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);

        Assert.Equal(["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"], run.Value());
        Assert.Equal(["a b c d", "e f g h", "i j"], _bodies);
        Assert.Equal(10, run.Entries.OfType<EffectCompletedEntry>().Count());
        Assert.Equal(Delay, host.Elapsed);
        await host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public async Task Runs_share_a_batch_and_tenants_do_not()
    {
        await using var host = new FlowTestHost();
        var classify = Classify(maxSize: 10);
        var runs = new List<FlowRun<string>>();
        foreach (var (item, tenant) in new[] { ("a", "t1"), ("b", "t2"), ("c", "t1"), ("d", null), ("e", "t2") })
        {
            runs.Add(await host.StartAsync(classify, item, new() { Principal = new("ada") { Tenant = tenant } }));
        }

        foreach (var run in runs) await host.DriveAsync(run);

        Assert.Equal(["A", "B", "C", "D", "E"], runs.Select(run => run.Value()));
        Assert.Equal(["a c", "b e", "d"], _bodies.Order());
    }

    [Fact]
    public async Task Across_tenants_they_do_when_the_host_says_so()
    {
        await using var host = new FlowTestHost();
        var classify = Classify(maxSize: 2, options: o => o.AcrossTenants());
        var first = await host.StartAsync(classify, "a", new() { Principal = new("ada") { Tenant = "t1" } });
        var second = await host.StartAsync(classify, "b", new() { Principal = new("bob") { Tenant = "t2" } });
        await host.DriveAsync(first);
        await host.DriveAsync(second);

        Assert.Equal(["a b"], _bodies);
    }

    [Fact]
    public async Task A_failed_batch_fails_its_items()
    {
        await using var host = new FlowTestHost();
        var flow = Flow.Start<string[]>("f").ForEach(x => x, Classify(maxSize: 3), maxParallel: 3).Build();

        var run = await host.RunToEndAsync(flow, ["a", "bad", "c"]);

        Assert.Equal("bad item", run.Failure().InnerException!.InnerException!.Message);
        Assert.Equal(["a bad c"], _bodies);
    }

    [Fact]
    public async Task Or_each_item_is_tried_alone()
    {
        await using var host = new FlowTestHost();
        var classify = Classify(maxSize: 3, options: o => o.RetryIndividually());
        var runs = new List<FlowRun<string>>();
        foreach (var item in new[] { "a", "bad", "c" }) runs.Add(await host.StartAsync(classify, item));
        foreach (var run in runs) await host.DriveAsync(run);

        Assert.Equal(("A", RunStatus.Failed, "C"), (runs[0].Value(), runs[1].Status, runs[2].Value()));
        Assert.Equal(["a bad c", "a", "bad", "c"], _bodies);
    }

    [Fact]
    public async Task A_retry_gathers_the_items_anew()
    {
        await using var host = new FlowTestHost();
        var failures = 1;
        var step = Step.Batched<string, string>("classify", 2, Delay, (items, _) =>
        {
            _bodies.Add(string.Join(' ', items));
            if (failures-- > 0) throw new InvalidOperationException("once");
            return ValueTask.FromResult<IReadOnlyList<string>>([.. items]);
        }).With(o => o.Retry(1, TimeSpan.FromSeconds(1)));

        await host.RunAsync(Flow.Start<string[]>("f").ForEach(x => x, step, maxParallel: 2).Build(), ["a", "b"]);

        Assert.Equal(["a b", "a b"], _bodies);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_body_owes_each_item_a_result(int? results)
    {
        await using var host = new FlowTestHost();
        var step = Step.Batched<string, string>("classify", 2, Delay, (_, _) => ValueTask.FromResult<IReadOnlyList<string>>(results is { } n ? new string[n] : null!));
        var run = await host.RunToEndAsync(step, "a");

        var error = Assert.IsType<BatchResultException>(run.Failure().InnerException!.InnerException);
        Assert.Equal((1, results), (error.Items, error.Results));
    }

    [Fact]
    public async Task A_cancelled_item_leaves_and_the_others_go_on()
    {
        await using var host = new FlowTestHost();
        var classify = Classify(maxSize: 10);
        var leaving = await host.StartAsync(classify, "a");
        var staying = await host.StartAsync(classify, "b");
        await host.SettleAsync();

        await host.CancelAsync(leaving);
        await host.DriveAsync(staying);

        Assert.Equal((RunStatus.Cancelled, "B"), (leaving.Status, staying.Value()));
        Assert.Equal(["b"], _bodies);
    }

    [Fact]
    public async Task Waiting_items_hold_no_slot_and_the_batch_holds_one()
    {
        await using var host = new FlowTestHost(o => o.Runtime.Scheduler.AddLane("one", 1).MaxConcurrentEffects = 1);
        var classify = Classify(maxSize: 5).With(o => o.Lane("one"));

        await host.RunAsync(Flow.Start<string[]>("f").ForEach(x => x, classify, maxParallel: 5).Build(), ["a", "b", "c", "d", "e"]);

        Assert.Equal(["a b c d e"], _bodies);
        Assert.Equal(TimeSpan.Zero, host.Elapsed);
    }

    [Fact]
    public async Task Policies_judge_each_item()
    {
        var rule = Rule.OnStep("no-b", request => request.Content.Value is "b" ? PolicyDecision.Deny("no b") : PolicyDecision.Allow);
        await using var host = new FlowTestHost(o => o.Policies.Add(rule));

        var refused = await host.RunToEndAsync(Classify(maxSize: 5), "b");
        Assert.Equal("A", await host.RunAsync(Classify(maxSize: 5), "a"));

        Assert.Equal(PolicyDeniedException.Type, refused.Failure().ErrorType);
        Assert.Equal(["a"], _bodies);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10_001, 10)]
    [InlineData(1, -1)]
    public void Bounds_are_checked_where_they_are_written(int maxSize, int milliseconds) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Step.Batched<string, string>("x", maxSize, TimeSpan.FromMilliseconds(milliseconds), (items, _) => ValueTask.FromResult<IReadOnlyList<string>>([.. items])));

    private Step<string, string> Classify(int maxSize, Action<BatchOptions>? options = null) => Step.Batched<string, string>("classify", maxSize, Delay, (items, context) =>
    {
        Assert.Equal(items.Count, context.Items.Count);
        lock (_bodies) _bodies.Add(string.Join(' ', items));
        if (items.Contains("bad")) throw new InvalidOperationException("bad item");
        return ValueTask.FromResult<IReadOnlyList<string>>([.. items.Select(item => item.ToUpperInvariant())]);
    }, options);
}
