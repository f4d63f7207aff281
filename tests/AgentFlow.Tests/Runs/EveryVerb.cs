using System.Runtime.CompilerServices;
using AgentFlow.Approvals;
using AgentFlow.Policies;
using AgentFlow.Tests.Approvals;
using AgentFlow.Tests.Flows;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Runs;

/// <summary>A run of a flow that uses every verb, every option and every kind of wait, one event at a time.</summary>
internal sealed class EveryVerb
{
    private readonly Action<EveryVerb, int> _onBody;
    private readonly Func<int, Task> _work;

    /// <param name="seed">Decides the order of the events.</param>
    /// <param name="onBody">Called in every body with its number, from 1.</param>
    /// <param name="work">What a body waits for, by its number; something that ignores cancellation if it likes.</param>
    public EveryVerb(int seed, Action<EveryVerb, int>? onBody = null, Func<int, Task>? work = null)
    {
        _onBody = onBody ?? ((_, _) => { });
        _work = work ?? (_ => Task.CompletedTask);
        Test = new VirtualRun(seed, options =>
        {
            options.SuspendLinger = seed % 2 == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1);
            options.Scheduler.AddLane("narrow", 1);
            options.Policies.Add(new Thinking(options.Dispatcher));
        });
        Run = Test.Start(NewFlow(), 1, new RunOptions { MaxEffects = 1000, Deadline = TimeSpan.FromDays(300) });
    }

    public VirtualRun Test { get; }

    public FlowRun<int> Run { get; }

    /// <summary>How many bodies have been started.</summary>
    public int Started { get; private set; }

    public int LaneSlotsTaken => Test.Runtime.Scheduler.FindLane("narrow")!.Running;

    public static EveryVerb Complete(int seed)
    {
        var flow = new EveryVerb(seed);
        flow.Advance(int.MaxValue);
        flow.Run.Value();
        return flow;
    }

    /// <summary>Lets so many events happen; false when the run ended before.</summary>
    public bool Advance(int events)
    {
        for (var i = 0; i < events; i++)
        {
            if (Run.IsTerminal) return false;
            Happen();
        }

        return !Run.IsTerminal;
    }

    public void AdvanceUntil(Func<bool> condition)
    {
        while (!condition()) Happen();
    }

    /// <summary>One thing happens: a continuation, else an answer, else time passes.</summary>
    private void Happen()
    {
        if (Test.SettleOne()) return;
        if (Test.Runtime.Requests.Open is [var request, ..]) Answer(request);
        else Assert.True(Test.Time.AdvanceToNextTimer(), "the run is stuck");
    }

    private void Answer(ApprovalRequest request)
    {
        var decision = request.Kind == RequestKind.Question ? ApprovalDecision.Answer(1) : ApprovalDecision.Approve(request.Role is { } role ? People.WithRole("ada", role) : null);
        _ = Test.Runtime.Requests.ResolveAsync(request.Id, decision).AsTask();
    }

    private Flow<int, int> NewFlow()
    {
        var built = Flow.Start<int>("built")
            .Then(Body("then"))
            .Map(x => x + 1)
            .FanOut(Body("left"), Body("right"))
            .Map((left, right) => left + right)
            .Collect(Body("collected"), Body("also-collected"))
            .Map((one, two) => one.Value + two.Value)
            .Quorum(1, Body("fast"), Body("faster"))
            .Map(winners => winners[0])
            .ForEach(x => Enumerable.Range(x, 3), Body("item"), maxParallel: 2)
            .Map(items => items.Sum())
            .Route("parity", x => x % 2, r => r.Case(0, Body("even")).Otherwise(Body("odd")))
            .Route("judged", Body("judge"), r => r.Case(-1, Body("never")).Otherwise(Body("always")))
            .Loop("loop", Body("looped"), x => x % 3 == 0, max: 2, OnLimit.Return)
            .Refine("refined", critic: Body("critic"), improve: Body<Reviewed<int, int>>("improve", x => x.Draft), until: _ => false, max: 2, OnLimit.Return)
            .Then(Flow.Graph<int, int>("graph", g => g.Add("sum", (x, y, _) => x + y, g.Add(Body("node"), g.Input), g.Add(Body("other-node"), g.Input))))
            .Then(Agent.Create<int, string>("agent").Model(new Model(this)).Tools(Tool.From(Body("tool"), o => o.Effect(EffectClass.Read))).Build(), (x, text) => x + text.Length)
            .Approve("approve")
            .Ask("ask", _ => new Question<int>("How much?"))
            .Map((value, answer) => value + answer)
            .Build();
        var retried = Flow.FromCode<int, int>("retried", async (x, ctx) => ctx.Path.ToString().Contains('~', StringComparison.Ordinal)
            ? await ctx.RunAsync(Body("second-attempt"), x)
            : throw new IOException(await ctx.RunAsync(Body("first-attempt"), x) + " is not enough"));
        return Flow.FromCode<int, int>("every", async (x, ctx) =>
        {
            x = await ctx.RunAsync(Body("plain"), x);
            x += (await ctx.AllAsync<int>(c => c.RunAsync(Body("one"), x), c => c.RunAsync(Body("two", o => o.Lane("narrow")), x), c => c.RunAsync(Body("three", o => o.Lane("narrow")), x))).Sum();
            x += (await ctx.AnyAsync<int>(c => c.RunAsync(Body("winner"), x), async c => (await c.ApproveAsync("never", x)).IsApproved ? 1 : 0)).Index;
            x += (await ctx.ForEachAsync([1, 2, 3], 2, (item, c) => c.RunAsync(Body("each"), item))).Count;
            x += await ctx.DecideAsync("choice", () => 1);
            await ctx.DelayAsync(TimeSpan.FromDays(60));
            x += (await ctx.ApproveAsync("boss", x)).IsApproved ? 1 : 0;
            x += await ctx.RunAsync(retried.Configure(o => o.Retry(2, TimeSpan.FromSeconds(1)).Timeout(TimeSpan.FromHours(1))), x);
            x += await ctx.RunAsync(Body("resilient", o => o.Retry(2).CircuitBreaker().Hedge(TimeSpan.FromMinutes(1)).Timeout(TimeSpan.FromSeconds(30)).Lane("narrow")), x);
            x += await ctx.RunAsync(Body("cached", o => o.Cache(v => $"{v}", TimeSpan.FromHours(1)).Fallback(Body("substitute"))), x);
            x += await ctx.RunAsync(Body("payment", o => o.Effect(EffectClass.Irreversible)), x);
            return await ctx.RunAsync(built, x);
        });
    }

    private Step<int, int> Body(string name, Action<StepOptions<int, int>>? options = null) => Body(name, x => x, options);

    private Step<TIn, int> Body<TIn>(string name, Func<TIn, int> result, Action<StepOptions<TIn, int>>? options = null) => Step.Create(name, async Task<int> (TIn x, StepContext ctx) =>
    {
        await WorkAsync(ctx.CancellationToken);
        return result(x);
    }, options);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        var number = ++Started;
        _onBody(this, number);
        await new Yielding(Test.Runtime.Dispatcher);
        await _work(number);
        await Test.Time.DelayInPlaceAsync(TimeSpan.FromMilliseconds(10), cancellationToken);
    }

    /// <summary>Calls its tool once, then answers.</summary>
    private sealed class Model(EveryVerb flow) : IChatClient
    {
        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await flow.WorkAsync(cancellationToken);
            if (messages.Last().Role == ChatRole.Tool) yield return new(ChatRole.Assistant, "done");
            else yield return new(ChatRole.Assistant, [new FunctionCallContent("1", "tool", new Dictionary<string, object?> { ["input"] = 1 })]);
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("A run that was started streams.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Takes its time for every decision.</summary>
    private sealed class Thinking(AgentFlow.Scheduling.WorkDispatcher dispatcher) : IPolicy
    {
        public string Name => "thinking";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => true;

        public async ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken)
        {
            await new Yielding(dispatcher);
            cancellationToken.ThrowIfCancellationRequested();
            return PolicyDecision.Allow;
        }
    }
}
