using System.Globalization;
using AgentFlow.Approvals;
using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Runs.Programs;

/// <summary>A program as flow code.</summary>
internal sealed partial class ProgramFlow
{
    private readonly Dictionary<Node, Step<int, int>> _steps = new(ReferenceEqualityComparer.Instance);
    private readonly Numbering _ids;
    private readonly WorkDispatcher _dispatcher;
    private readonly Executions _executions;
    private readonly IEffectObserver? _observer;

    public ProgramFlow(Node program, WorkDispatcher dispatcher, Executions executions, IEffectObserver? observer = null)
    {
        _observer = observer;
        _ids = new Numbering(program);
        _dispatcher = dispatcher;
        _executions = executions;
        AddSteps(program);
        Flow = AgentFlow.Flow.FromCode<int, int>("program", (x, ctx) => RunAsync(program, x, ctx));
    }

    public Flow<int, int> Flow { get; }

    private async ValueTask<int> RunAsync(Node node, int x, FlowContext ctx)
    {
        if (IsVerb(node)) return await ctx.RunAsync(_steps[node], x);
        switch (node)
        {
            case Effect or Nested:
                return await ctx.RunAsync(_steps[node], x);
            case Throw:
                throw new ProgramException();
            case Pause:
                await ctx.DelayAsync(TimeSpan.FromMilliseconds(_ids[node] % 5));
                return x;
            case Question:
                return await ctx.AskAsync($"ask{_ids[node]}", new Question<int>("How much?") { Context = Interpreter.Mix(x, _ids[node]) });
            case Chance:
                var name = $"chance{_ids[node]}";
                var (place, drawn) = (ctx.PathOf(name), HashCode.Combine(ctx.NewGuid(), ctx.Random.Next()) & int.MaxValue);
                _executions.NoteChance(place, drawn);
                _observer?.OnChance(place, drawn);
                return x;
            case Sequence sequence:
                foreach (var child in sequence.Children) x = await RunAsync(child, x, ctx);
                return x;
            case Repeat repeat:
                for (var i = 0; i < repeat.Times; i++) x = await RunAsync(repeat.Repeated, x, ctx);
                return x;
            case All all:
                return Fold(await ctx.AllAsync<int>([.. all.Children.Select(child => Branch(child, x))]));
            case Any any:
                await ctx.AnyAsync<int>([.. any.Children.Select(child => Branch(child, x))]);
                return Interpreter.Mix(x, _ids[node]);
            case Each each:
                return Fold(await ctx.ForEachAsync(Enumerable.Range(x, each.Items), each.MaxParallel, (item, c) => RunAsync(each.Applied, item, c)));
            case Choose choose:
                return await RunAsync(await DecideAsync(choose, x, ctx) ? choose.Even : choose.Odd, x, ctx);
            case Try attempted:
                try
                {
                    return await RunAsync(attempted.Tried, x, ctx);
                }
                catch (Exception exception) when (exception is EffectFailedException or FlowCodeException or ProgramException)
                {
                    return await RunAsync(attempted.Handler, x, ctx);
                }

            default:
                throw new ArgumentOutOfRangeException(nameof(node), node, "Unknown node.");
        }
    }

    private Func<FlowContext, ValueTask<int>> Branch(Node child, int x) => c => RunAsync(child, x, c);

    private static int Fold(IReadOnlyList<int> values) => values.Aggregate(0, (sum, value) => unchecked((sum * 17) + value));

    private ValueTask<bool> DecideAsync(Choose choose, int x, FlowContext ctx)
    {
        var name = $"choose{_ids[choose]}";
        var path = ctx.Path.Child(name, ctx.PathOf("seen" + name).Number);
        return ctx.DecideAsync(name, () =>
        {
            _executions.CountDecision(path);
            _observer?.OnDecision(path);
            return x % 2 == 0;
        });
    }

    private void AddSteps(Node node)
    {
        foreach (var part in node.Parts) AddSteps(part);
        if (node is Effect effect) _steps[node] = NewStep(effect);
        if (node is Nested nested) _steps[node] = NewFlow(nested);
        if (IsVerb(node)) _steps[node] = NewVerb(node);
    }

    private Step<int, int> NewStep(Effect effect)
    {
        var id = _ids[effect];
        var isIrreversible = _observer?.IsIrreversible(effect, id) == true;
        Action<StepOptions<int, int>>? options = effect.Body == Body.Retried ? o => o.Retry(2, TimeSpan.Zero) : isIrreversible ? o => o.Effect(EffectClass.Irreversible) : null;
        return effect.Body == Body.Now
            ? Step.Create<int, int>($"e{id}", (x, ctx) => Note(x, id, isIrreversible, ctx))
            : Step.Create<int, int>($"e{id}", (x, ctx) => ExecuteAsync(effect.Body, Note(x, id, isIrreversible, ctx), ctx), options);
    }

    private int Note(int x, int id, bool isIrreversible, StepContext ctx)
    {
        _executions.CountBody(ctx);
        var result = Interpreter.Mix(x, id);
        _observer?.OnBody(ctx, result, isIrreversible);
        return result;
    }

    private async ValueTask<int> ExecuteAsync(Body body, int result, StepContext ctx)
    {
        if (body is Body.Later or Body.FailsLater or Body.Flaky) await new Yielding(_dispatcher);
        if (body is Body.Fails or Body.FailsLater) throw new InvalidOperationException("fails always");
        if (body is Body.Retried && ctx.Attempt == 1) throw new InvalidOperationException("fails once");
        if (body is Body.Flaky && AttemptOfFlow(ctx.Path) == 1) throw new InvalidOperationException("fails in the first attempt of its flow");
        if (body is Body.Hangs) await new UntilCancelled(ctx.CancellationToken).Task;
        return result;
    }

    private Flow<int, int> NewFlow(Nested nested)
    {
        var flow = AgentFlow.Flow.FromCode<int, int>($"f{_ids[nested]}", (x, ctx) => RunAsync(nested.Inner, x, ctx));
        return (Flow<int, int>)flow.Configure(options =>
        {
            if (nested.Retries > 0) options.Retry(nested.Retries, TimeSpan.FromMilliseconds(nested.Retries - 1));
            if (nested.IsTimed) options.Timeout(TimeSpan.FromHours(1 + HoursIn(nested.Inner)));
        });
    }

    /// <summary>How long the time limits inside may take together: the limit around them must not come first.</summary>
    private static long HoursIn(Node node)
    {
        var inside = node.Parts.Sum(HoursIn);
        return Math.Min(1_000_000, node switch
        {
            Nested nested => ((nested.IsTimed ? 1 : 0) + inside) * (nested.Retries + 1),
            Repeat repeat => inside * repeat.Times,
            Each each => inside * each.Items,
            _ => inside,
        });
    }

    /// <summary>Which attempt of the nearest flow around it a step runs in, as its path says.</summary>
    private static int AttemptOfFlow(StepPath path)
    {
        var segments = path.ToString().Split('/');
        // A substitute stands below the step it replaces, and is none of its attempts.
        var flow = segments.Length - 1;
        while (flow >= 0 && (!segments[flow].StartsWith('f') || (flow + 1 < segments.Length && segments[flow + 1] == "(fallback)"))) flow--;
        if (flow < 0) return 1;
        // An item of a ForEach is the flow's path with the item's number behind it.
        var segment = char.IsDigit(segments[flow + 1][0]) ? segments[flow + 1] : segments[flow];
        var mark = segment.IndexOf('~', StringComparison.Ordinal);
        return mark < 0 ? 1 : int.Parse(segment.AsSpan(mark + 1), CultureInfo.InvariantCulture);
    }
}

/// <summary>Sees what a program's code does, and may make effects irreversible.</summary>
internal interface IEffectObserver
{
    bool IsIrreversible(Effect effect, int id);

    void OnBody(StepContext context, int result, bool isIrreversible);

    void OnDecision(StepPath path);

    void OnChance(StepPath path, int value);
}

internal sealed class ProgramException : Exception;

/// <summary>Answers every question with its context.</summary>
internal sealed class EchoingApprover : IApprover
{
    public ValueTask<ApprovalDecision?> DecideAsync(ApprovalRequest request, CancellationToken cancellationToken) =>
        new(ApprovalDecision.Answer(request.Value));
}
