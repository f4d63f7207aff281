using AgentFlow.Approvals;
using AgentFlow.Tests.Scheduling;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Runs;

/// <summary>One definition and many runs: what they cost, and that none is lost.</summary>
[Collection(Alone.Name)]
public class ScaleTests
{
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task Ten_thousand_runs_that_wait_for_a_slow_model_take_few_threads_and_little_memory()
    {
        using var model = new SlowModel();
        var agent = Agent.Create("answerer").Instructions("Answer briefly.").Model(model).Build();
        var flow = Flow.Start<string>("questions").Then("prepare", (text, _) => $"Question: {text}").Then(agent).Map(answer => answer.Length).Build();
        await using var runtime = new FlowRuntime();
        var threads = Math.Max(ThreadPool.ThreadCount, Environment.ProcessorCount + 8);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var runs = new FlowRun<int>[10_000];
        for (var i = 0; i < runs.Length; i++) runs[i] = await runtime.StartAsync(flow, $"{i}");
        await model.Waiting(runs.Length).WaitAsync(HangGuard.Limit);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(memory <= 100 * Megabyte, $"{memory / Megabyte} MB");
        Assert.True(ThreadPool.ThreadCount <= threads, $"{ThreadPool.ThreadCount} threads, {threads} were allowed");
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        Assert.True(most - free <= Environment.ProcessorCount + 8, $"{most - free} busy threads");
        model.Answer();
        for (var i = 0; i < runs.Length; i++) Assert.Equal($"Re: Question: {i}".Length, await runs[i].Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(0, runtime.ActiveRuns);
    }

    [Fact]
    public async Task A_million_runs_one_after_another_leave_the_heap_flat()
    {
        var flow = Flow.Start<int>("sum").Then("double", (x, _) => x * 2).Then("add", (x, _) => x + 1).Build();
        await using var runtime = new FlowRuntime();
        await RunAsync(20_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(980_000);
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < Megabyte, $"{growth} bytes");

        async Task RunAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var result = i % 20 == 0 ? await (await runtime.StartAsync(flow, i)) : await runtime.RunAsync(flow, i);
                if (result != (i * 2) + 1) Assert.Fail($"{i} yields {result}");
            }
        }
    }

    /// <summary>Loops with joins, retries made inside flow code and delays inside one long run must not pile up in what the run holds on to.</summary>
    [Fact]
    public async Task Joins_and_steps_made_in_a_loop_leave_nothing_but_their_entries()
    {
        await using var runtime = new FlowRuntime();
        var perRound = new List<long>();
        var flow = Flow.FromCode<int, int>("loop", async (rounds, ctx) =>
        {
            for (var i = 0; i < rounds; i++)
            {
                await ctx.AllAsync<int>(_ => new(1), _ => new(2));
                await ctx.AnyAsync<int>(_ => new(1), _ => new(2));
                await ctx.ForEachAsync([1, 2], 2, (x, _) => new ValueTask<int>(x));
                if (i % (rounds / 4) == 0) perRound.Add(MemoryOnceThePoolIsIdle());
            }

            return rounds;
        });
        const int Rounds = 40_000;
        await runtime.RunAsync(flow, Rounds);
        var growth = (perRound[^1] - perRound[1]) / (Rounds / 2);
        Assert.True(growth < 300, $"{growth} bytes per round, where one decision is recorded");
    }

    /// <summary>Offers of branches that were not needed wait in the pool for their turn.</summary>
    private static long MemoryOnceThePoolIsIdle()
    {
        Assert.True(SpinWait.SpinUntil(() => ThreadPool.PendingWorkItemCount == 0, HangGuard.Limit));
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    [Fact]
    public async Task ForEach_over_many_items_stays_within_its_bound_and_leaves_room_for_others()
    {
        const int Items = 100_000;
        const int MaxParallel = 64;
        var peak = new Peak();
        var started = 0;
        var body = Step.Create<int, int>("body", async ValueTask<int> (x, _) =>
        {
            peak.Enter();
            Interlocked.Increment(ref started);
            await Task.Yield();
            peak.Exit();
            return x * 2;
        });
        var big = Flow.FromCode<int, IReadOnlyList<int>>("big", (count, ctx) => ctx.ForEachAsync(Enumerable.Range(0, count), MaxParallel, (x, c) => c.RunAsync(body, x)));
        var small = Flow.FromCode<int, int>("small", async (x, ctx) =>
        {
            for (var i = 0; i < 10; i++) x = await ctx.RunAsync(Step.Create<int, int>("small-step", async Task<int> (v, _) =>
            {
                await Task.Yield();
                return v + 1;
            }), x);
            return x;
        });
        await using var runtime = new FlowRuntime();
        var run = await runtime.StartAsync(big, Items);
        while (Volatile.Read(ref started) < Items / 100) await Task.Yield();
        Assert.Equal(10, await runtime.RunAsync(small, 0).AsTask().WaitAsync(HangGuard.Limit));
        Assert.True(Volatile.Read(ref started) < Items, "the small run waited for the big one");
        var results = await run.Result.WaitAsync(HangGuard.Limit);
        Assert.Equal(Items, results.Count);
        for (var i = 0; i < Items; i++) Assert.Equal(i * 2, results[i]);
        Assert.InRange(peak.Most, 2, MaxParallel);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("each")]
    [InlineData("built")]
    public async Task Blocking_bodies_of_a_fan_out_run_at_the_same_time(string verb)
    {
        using var barrier = new Barrier(2);
        var blocking = Step.Create<int, bool>("blocking", (_, _) => barrier.SignalAndWait(HangGuard.Limit));
        var flow = verb switch
        {
            "all" => Flow.FromCode<int, IReadOnlyList<bool>>("fan", (x, ctx) => ctx.AllAsync<bool>(c => c.RunAsync(blocking, x), c => c.RunAsync(blocking, x))),
            "each" => Flow.FromCode<int, IReadOnlyList<bool>>("fan", (_, ctx) => ctx.ForEachAsync([1, 2, 3, 4], 2, (x, c) => c.RunAsync(blocking, x))),
            _ => Flow.Start<int>("fan").FanOut([blocking, blocking.As("other")]).Build(),
        };
        await using var runtime = new FlowRuntime();
        Assert.All(await runtime.RunAsync(flow, 0).AsTask().WaitAsync(HangGuard.Limit), Assert.True);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task Twenty_thousand_suspended_runs_are_answered_from_many_threads(int lingerSeconds)
    {
        const int Runs = 20_000;
        var executed = 0;
        var count = Step.Create<int, int>("count", (x, _) =>
        {
            Interlocked.Increment(ref executed);
            return x + 1;
        });
        var flow = Flow.FromCode<int, int>("ask", async (x, ctx) =>
        {
            var (first, second) = await ctx.AllAsync(
                async c => await c.AskAsync("left", new Question<int>("Left?")) + await c.RunAsync(count, x),
                async c => await c.RunAsync(count, x) + await c.AskAsync("right", new Question<int>("Right?")));
            return first + second;
        });
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.FromSeconds(lingerSeconds) });
        var runs = new FlowRun<int>[Runs];
        for (var i = 0; i < Runs; i++) runs[i] = await runtime.StartAsync(flow, i);
        foreach (var run in runs) await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
        var open = runtime.Requests.Open;
        Assert.Equal(2 * Runs, open.Count);
        var refused = 0;
        var random = new Random(5);
        var answers = open.Concat(open).OrderBy(_ => random.Next()).Chunk((4 * Runs / 8) + 1).Select(requests => Task.Run(async () =>
        {
            foreach (var request in requests)
            {
                try
                {
                    await runtime.Requests.AnswerAsync(request.Id, request.Name == "left" ? 1000 : 1);
                }
                catch (RequestNotOpenException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })).ToList();
        await Task.WhenAll(answers).WaitAsync(HangGuard.Limit);
        Assert.Equal(2 * Runs, refused);
        for (var i = 0; i < Runs; i++) Assert.Equal((2 * (i + 1)) + 1001, await runs[i].Result.WaitAsync(HangGuard.Limit));
        Assert.Equal(2 * Runs, executed);
        Assert.Equal(0, runtime.Requests.Count);
        Assert.Equal(0, runtime.ActiveRuns);
    }

    /// <summary>Answers nobody until it answers everybody.</summary>
    private sealed class SlowModel : IChatClient
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;
        private int _expected = int.MaxValue;

        public Task Waiting(int count)
        {
            Volatile.Write(ref _expected, count);
            if (Volatile.Read(ref _waiting) >= count) _full.TrySetResult();
            return _full.Task;
        }

        public void Answer() => _gate.SetResult();

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var question = messages.Last().Text;
            if (Interlocked.Increment(ref _waiting) >= Volatile.Read(ref _expected)) _full.TrySetResult();
            await _gate.Task;
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, $"Re: {question}"));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var response = await GetResponseAsync(messages, options, cancellationToken);
            foreach (var update in response.ToChatResponseUpdates()) yield return update;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
