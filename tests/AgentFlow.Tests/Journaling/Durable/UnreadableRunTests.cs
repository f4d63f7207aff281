using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AgentFlow.Journaling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>One run that this process cannot read is held with the reason: it keeps nobody from the others, and does not end for that.</summary>
public sealed class UnreadableRunTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);
    private readonly InProcessJournal _journal = new();
    private readonly JsonSerializerOptions _json;
    private bool _isBroken;
    private int _executed;

    public UnreadableRunTests() => _json = new() { Converters = { new Moody(() => _isBroken) }, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private Flow<Half, Half> Flow(bool isLong) => AgentFlow.Flow.Start<Half>("reads")
        .Then("make", (x, _) => x + (Half)_executed++)
        .Then("wait", (Half x, StepContext context) => isLong ? Never<Half>(context) : Task.FromResult(x))
        .Build();

    [Theory]
    [InlineData("input", "'reads': recorded the input of type Half")]
    [InlineData("result", "step make yielding a result of type Half")]
    public async Task Whatever_the_hosts_types_throw_while_they_are_read_holds_that_run_alone(string place, string recorded)
    {
        var input = place == "input" ? (Half)7 : (Half)1;
        _executed = place == "input" ? 0 : 6;
        var other = AgentFlow.Flow.Start<int>("other").Then("wait", (int _, StepContext context) => Never<int>(context)).Build();
        var dead = Open();
        var run = await dead.StartAsync(Flow(true), input, new() { Id = "a" });
        await dead.StartAsync(other, 1, new() { Id = "b" });
        await Until(() => run.Entries.Any(entry => entry is EffectCompletedEntry));
        await run.FlushAsync();

        _isBroken = true;
        var executed = _executed;
        await using var runtime = Open();
        runtime.Steps.Add(Flow(false));
        runtime.Steps.Add(other);
        var report = await runtime.RecoverAsync();
        Assert.Contains(RunId.Parse("b"), report.Resumed);
        var reason = place == "input" ? Assert.Single(report.Held).Reason : (await Assert.ThrowsAsync<RunHeldException>(() => runtime.GetRun<Half>(run.Id)!.Result.WaitAsync(Hang))).Message;
        Assert.Contains(recorded, reason, StringComparison.Ordinal);
        Assert.Contains("not today", reason, StringComparison.Ordinal);

        _isBroken = false;
        Assert.Contains(run.Id, (await runtime.RecoverAsync()).Resumed);
        Assert.Equal((Half)7, await (await runtime.GetRunAsync<Half>(run.Id))!.Result.WaitAsync(Hang));
        Assert.Equal(executed, _executed);
    }

    [Fact]
    public async Task Whoever_answers_a_request_of_a_run_that_is_held_on_its_way_back_is_told_so()
    {
        var flow = AgentFlow.Flow.Start<int>("asks").Then("make", (x, _) => (Half)(6 + x)).Approve("boss").Build();
        await using (var first = Open())
        {
            await first.StartAsync(flow, 1, new() { Id = "a" });
            await Until(() => first.Requests.Count == 1);
        }

        _isBroken = true;
        await using var second = Open();
        second.Steps.Add(flow);
        Assert.Single((await second.RecoverAsync()).Suspended);
        var held = await Assert.ThrowsAsync<RunHeldException>(async () => await second.Requests.ApproveAsync("a/asks/boss", by: "ann").AsTask().WaitAsync(Hang));
        Assert.Contains("not today", held.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RunHeldException>(async () => await second.Requests.ClaimAsync("a/asks/boss", new("ann")).AsTask().WaitAsync(Hang));

        _isBroken = false;
        Assert.Single((await second.RecoverAsync()).Resumed);
        await Until(() => second.Requests.Count == 1);
        await second.Requests.ApproveAsync("a/asks/boss", by: "ann");
        Assert.Equal((Half)7, await (await second.GetRunAsync<Half>(RunId.Parse("a")))!.Result.WaitAsync(Hang));
    }

    [Fact]
    public async Task A_run_that_is_over_a_limit_of_today_is_held_and_the_others_continue()
    {
        var flow = AgentFlow.Flow.Start<string>("long").Then("wait", (string _, StepContext context) => Never<string>(context)).Build();
        var dead = Open();
        await dead.StartAsync(flow, new string('x', 5_000), new() { Id = "a" });
        await dead.StartAsync(flow, "small", new() { Id = "b" });
        await using var runtime = Open(maxPayloadBytes: 2_000);
        runtime.Steps.Add(flow);

        var report = await runtime.RecoverAsync();

        Assert.Equal([RunId.Parse("b")], report.Resumed);
        Assert.Contains("MaxPayloadBytes allows 2000", Assert.Single(report.Held).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_the_store_cannot_read_is_held_and_the_others_continue()
    {
        var flow = AgentFlow.Flow.Start<int>("waits").Then("wait", (int _, StepContext context) => Never<int>(context)).Build();
        var dead = Open();
        RunId[] runs = [(await dead.StartAsync(flow, 1)).Id, (await dead.StartAsync(flow, 2)).Id];
        await using var runtime = Open(new Unreadable(_journal, runs[0]));
        runtime.Steps.Add(flow);

        var report = await runtime.RecoverAsync();

        Assert.Equal([runs[1]], report.Resumed);
        Assert.Contains("FormatException: what is this", Assert.Single(report.Held).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_cannot_be_read_when_its_date_comes_is_woken_a_little_later()
    {
        var time = new VirtualTimeProvider();
        var flow = AgentFlow.Flow.FromCode<int, int>("sleeps", async (x, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            return x;
        });
        await using (var first = new FlowRuntime(new() { Journal = _journal, Time = time }))
        {
            var waiting = await first.StartAsync(flow, 5, new() { Id = "a" });
            await Until(() => waiting.Status == RunStatus.Suspended);
        }

        var journal = new Unreadable(_journal, RunId.Parse("a")) { IsReadable = true };
        await using var runtime = new FlowRuntime(new() { Journal = journal, Time = time });
        runtime.Steps.Add(flow);
        Assert.Single((await runtime.RecoverAsync()).Suspended);
        journal.IsReadable = false;
        time.Advance(TimeSpan.FromHours(1));
        await Until(() => journal.Refusals == 1);
        journal.IsReadable = true;
        await Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return runtime.Dormant.Count == 0;
        });
        Assert.Equal(5, await (await runtime.GetRunAsync<int>(RunId.Parse("a")))!.Result.WaitAsync(Hang));
    }

    private FlowRuntime Open(IJournal? journal = null, int maxPayloadBytes = 1_000_000) =>
        new(new() { Journal = journal ?? _journal, SerializerOptions = _json, MaxPayloadBytes = maxPayloadBytes });

    private static async Task<T> Never<T>(StepContext context)
    {
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return default!;
    }

    private static Task Until(Func<bool> isSo) => Eventually.Holds(isSo);

    /// <summary>Refuses, when it is broken, the one value that the runs have recorded, as a converter or constructor of a host may.</summary>
    private sealed class Moody(Func<bool> isBroken) : JsonConverter<Half>
    {
        public override Half Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var value = (Half)reader.GetSingle();
            return isBroken() && value == (Half)7 ? throw new FormatException("not today") : value;
        }

        public override void Write(Utf8JsonWriter writer, Half value, JsonSerializerOptions options) => writer.WriteNumberValue((float)value);
    }

    private sealed class Unreadable(IJournal journal, RunId run) : IJournal
    {
        private int _refusals;

        public volatile bool IsReadable;

        public int Refusals => Volatile.Read(ref _refusals);

        public ValueTask AppendAsync(RunId runId, long epoch, IReadOnlyList<StoredEntry> entries, CancellationToken cancellationToken) =>
            journal.AppendAsync(runId, epoch, entries, cancellationToken);

        public ValueTask<IReadOnlyList<StoredEntry>> ReadAsync(RunId runId, int after, CancellationToken cancellationToken)
        {
            if (runId != run || IsReadable) return journal.ReadAsync(runId, after, cancellationToken);
            Interlocked.Increment(ref _refusals);
            throw new FormatException("what is this");
        }

        public IAsyncEnumerable<StoredRun> ListAsync(CancellationToken cancellationToken) => journal.ListAsync(cancellationToken);
    }
}
