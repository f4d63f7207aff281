using AgentFlow.Approvals;
using Did = AgentFlow.Tests.Journaling.Durable.EveryPrefixTests.Did;

namespace AgentFlow.Tests.Journaling.Durable.Changes;

/// <summary>
/// One of the flows, with one change or none. Each has a core of its own between the same two steps and the same nested flow, approval
/// and last step; some are made of verbs, the others are code around the same cores.
/// </summary>
internal sealed class ChangedFlow(string core, bool isCode, string? change, Did did)
{
    public static IReadOnlyList<(string Core, bool IsCode)> All { get; } =
    [
        .. Cores.Names.Select(name => (name, false)),
        .. new[] { "plain", "fan-out", "for-each", "agent", "delay", "question", "decision", "code in parallel" }.Select(name => (name, true)),
    ];

    public bool Is(string name) => change == name;

    public Step<int, int> Work(string name, int plus = 1) => Step.Create<int, int>(name, int (x, ctx) => did.Note(ctx.Path, x + plus));

    public Step<int, int> Failing(string name) => Step.Create<int, int>(name, int (_, ctx) =>
    {
        did.Note(ctx.Path);
        throw new InvalidOperationException($"{name} fails");
    });

    public Did Did => did;

    /// <summary>The definition of before.</summary>
    public ChangedFlow PutRight() => new(core, isCode, null, new Did());

    private bool IsAtEnd => Is("step added at the end") || Is("version raised that resumes, step added at the end");

    private bool IsRenamed => Is("step renamed") || Is("version raised that resumes, step renamed");

    private int Plus => Is("step body") ? 100 : 1;

    private string Name => Is("flow renamed") ? "other" : "flow";

    private int Version => change?.StartsWith("version raised", StringComparison.Ordinal) == true ? 2 : 1;

    private int? Resumes => change?.StartsWith("version raised that resumes", StringComparison.Ordinal) == true ? 1 : null;

    public Step Create() => Is("input type of the flow") ? Create<long>() : Create<int>();

    public Flow<int, string> CreateUnchanged() => Create<int>();

    private Flow<TIn, string> Create<TIn>()
    {
        // The type of the input goes no further than the first step.
        var first = Step.Create<TIn, int>(IsRenamed ? "uno" : "first", async ValueTask<int> (x, ctx) =>
        {
            await Task.CompletedTask;
            return did.Note(ctx.Path, Convert.ToInt32(x, null) + Plus);
        });
        first = Is("step used under another name") ? first.As("uno") : first.With(Options);
        var core1 = new Cores(this).Create(core);
        var nested = Flow.Start<int>(Is("nested flow renamed") ? "outer" : "inner").Then(Work("deep")).Build();
        return isCode ? Code(first, core1, nested) : Built(first, core1, nested);
    }

    private void Options<TIn>(StepOptions<TIn, int> o)
    {
        _ = change switch
        {
            "retry" => o.Retry(2),
            "timeout" => o.Timeout(TimeSpan.FromMinutes(1)),
            "lane" => o.Lane("slow"),
            "cache" => o.Cache(x => $"{x}", TimeSpan.FromHours(1)),
            "fallback" => o.Fallback(Step.Create<TIn, int>("instead", int (_, ctx) => did.Note(ctx.Path, 0))),
            "effect class" => o.Effect(EffectClass.Read),
            _ => o,
        };
    }

    private string Last(int x) => Is("map lambda") ? $"= {x}" : $"{x}";

    private Flow<TIn, string> Built<TIn>(Step<TIn, int> first, Step<int, int> middle, Flow<int, int> nested)
    {
        var second = Work("second");
        FlowBuilder<TIn, int> builder;
        if (Is("steps swapped")) builder = Flow.Start<TIn>(Name).Map(x => Convert.ToInt32(x, null)).Then(second).Then((Step<int, int>)(object)first);
        else if (Is("step added in front")) builder = Flow.Start<TIn>(Name).Map(x => Convert.ToInt32(x, null)).Then(Work("added")).Then((Step<int, int>)(object)first).Then(second);
        else if (Is("step removed")) builder = Flow.Start<TIn>(Name).Then(first);
        else if (Is("result type of a step")) builder = Flow.Start<TIn>(Name).Then(first).Then("second", string (x, ctx) => did.Note(ctx.Path, $"{x + 1}")).Map(x => int.Parse(x, null));
        else builder = Flow.Start<TIn>(Name).Then(first).Then(second);

        builder = builder.Then(middle).Then(nested);
        if (Is("wait for a signal added")) builder = builder.WaitFor<int>("go").Map(x => x.Value);
        builder = Approved(builder).Then(Work("last"));
        if (IsAtEnd) builder = builder.Then(Work("added"));
        return builder.Map(Last).Version(Version, Resumes).Build();
    }

    private FlowBuilder<TIn, int> Approved<TIn>(FlowBuilder<TIn, int> builder) => change switch
    {
        "approval removed" => builder,
        "approval added" => builder.Approve("boss").Approve("board"),
        "approval renamed" => builder.Approve("chief"),
        "approval by another role" => builder.Approve("boss", role: "director"),
        "approval by a quorum" => builder.Approve("boss", terms: new RequestTerms { Quorum = 2 }),
        "condition of an approval" => builder.Approve("boss", when: x => x < 0),
        _ => builder.Approve("boss"),
    };

    private Flow<TIn, string> Code<TIn>(Step<TIn, int> first, Step<int, int> middle, Flow<int, int> nested) => Flow.FromCode<TIn, string>(Name, async (input, ctx) =>
    {
        var second = Work("second");
        var x = 0;
        if (Is("step added in front")) input = (TIn)(object)await ctx.RunAsync(Work("added"), Convert.ToInt32(input, null));
        if (Is("steps swapped")) input = (TIn)(object)await ctx.RunAsync(second, Convert.ToInt32(input, null));
        x = await ctx.RunAsync(first, input);
        if (Is("result type of a step")) x = int.Parse(await ctx.RunAsync(Step.Create<int, string>("second", string (y, c) => did.Note(c.Path, $"{y + 1}")), x), null);
        else if (!Is("step removed") && !Is("steps swapped")) x = await ctx.RunAsync(second, x);
        x = await ctx.RunAsync(nested, await ctx.RunAsync(middle, x));
        if (!Is("approval removed")) await ctx.ApproveAsync(Is("approval renamed") ? "chief" : "boss", x, role: Is("approval by another role") ? "director" : null);
        if (Is("approval added")) await ctx.ApproveAsync("board", x);
        if (Is("delay added")) await ctx.DelayAsync(TimeSpan.FromHours(1));
        x = await ctx.RunAsync(Work("last"), x);
        if (IsAtEnd) x = await ctx.RunAsync(Work("added"), x);
        return Last(x);
    }, Version);
}
