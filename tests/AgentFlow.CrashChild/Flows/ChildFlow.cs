using System.Globalization;
using AgentFlow.Approvals;

namespace AgentFlow.CrashChild;

/// <summary>
/// A flow with everything that may happen twice: steps, parallel branches, a model and its tools, one of them irreversible, a
/// question, a timer, a successor, and an irreversible end.
/// </summary>
internal sealed class ChildFlow
{
    private const char Again = '!';

    private readonly EffectFile _effects;
    private readonly Action<string> _reach;

    /// <param name="effects">Takes every execution.</param>
    /// <param name="reach">Told of every moment in a body in which the process may die.</param>
    public ChildFlow(EffectFile effects, Action<string> reach)
    {
        (_effects, _reach) = (effects, reach);
        var charge = Tool.From(NewStep<Order>("charge", order => $"charged {order.Number}"), o => o.Effect(EffectClass.Irreversible));
        var look = Tool.From(NewStep<Order>("look", order => $"seen {order.Number}"), o => o.Effect(EffectClass.Read));
        var clerk = Agent.Create<string, string>("clerk").Model(new ChildModel(reach)).Instructions("Look at the order, then charge.").Prompt(order => order).Tools(look, charge).Build();
        var left = NewStep<string>("left", order => $"l{order}");
        var right = NewStep<string>("right", order => $"r{order}");
        var load = NewStep<string>("load", text => text);
        var pay = NewStep<string>("pay", text => $"{text}, paid", o => o.Effect(EffectClass.Irreversible));
        Flow = AgentFlow.Flow.FromCode<string, string>("order", async (order, ctx) =>
        {
            string loaded = await ctx.RunAsync(load, order.TrimStart(Again));
            if (IsContinued(int.Parse(loaded, CultureInfo.InvariantCulture)) && order[0] != Again) throw ctx.ContinueAsNew(Again + order);
            order = loaded;
            var (one, other) = await ctx.AllAsync(c => c.RunAsync(left, loaded), c => c.RunAsync(right, loaded));
            string said = await ctx.RunAsync(clerk, order);
            int number = int.Parse(order, CultureInfo.InvariantCulture);
            string answer = await ctx.DecideAsync("ask", () => number % 2 == 0) ? await ctx.AskAsync("boss", new Question<string>("Well?") { Context = order }) : "unasked";
            if (number % 3 == 0) await ctx.DelayAsync(TimeSpan.FromMilliseconds(1));
            return await ctx.RunAsync(pay, $"{one} {other} {said} {answer}");
        });
    }

    public Flow<string, string> Flow { get; }

    /// <summary>Whether the run of a number goes on in a second one.</summary>
    public static bool IsContinued(int number) => number % 4 == 1;

    /// <summary>What a run yields, however often its process has died.</summary>
    public static string Expected(int number) =>
        $"l{number} r{number} seen {number} + charged {number} {(number % 2 == 0 ? $"yes {number}" : "unasked")}, paid";

    private Step<T, string> NewStep<T>(string name, Func<T, string> body, Action<StepOptions<T, string>>? options = null) => Step.Create<T, string>(name, async ValueTask<string> (input, ctx) =>
    {
        _reach($"{name}: before");
        await Task.Yield();
        _effects.Executed(ctx.RunId, ctx.Path);
        _reach($"{name}: after");
        return body(input);
    }, options);

    internal sealed record Order(string Number);
}
