using System.Diagnostics;
using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>
/// A step with a body that runs. Its result is recorded once under the step's path and reused on replay. Derive from it, or
/// write a lambda with <see cref="Step.Create{TIn,TOut}(string,Func{TIn,StepContext,ValueTask{TOut}},Action{StepOptions{TIn,TOut}})"/>.
/// </summary>
/// <remarks>Instances are shared by concurrent runs: keep no state that one run may see of another.</remarks>
/// <typeparam name="TIn">What the body takes.</typeparam>
/// <typeparam name="TOut">What the body yields. Treat it as immutable once returned: the in-memory journal keeps the reference.</typeparam>
public abstract class EffectStep<TIn, TOut> : Step<TIn, TOut>
{
    /// <summary>Creates the step.</summary>
    /// <param name="name">Unique in its scope: 1 to 200 characters without <c>/ # ~</c>.</param>
    /// <param name="effect">What repeating the body would mean.</param>
    /// <exception cref="ArgumentException">The name is not a valid step name.</exception>
    protected EffectStep(string name, EffectClass effect = EffectClass.Idempotent)
        : base(name) => Declare(effect);

    /// <summary>Creates a step that is named after its class: <c>ExtractFacts</c> and <c>ExtractFactsStep</c> become <c>extract-facts</c>.</summary>
    /// <param name="effect">What repeating the body would mean.</param>
    protected EffectStep(EffectClass effect = EffectClass.Idempotent) => Declare(effect);

    /// <summary>What repeating the body would mean.</summary>
    public EffectClass Effect => Plan.Effect;

    internal override string Kind => "step";

    internal sealed override bool IsEffect => true;

    internal sealed override bool IsIrreversible => Plan.Effect == EffectClass.Irreversible;

    /// <summary>The body. Called once per attempt; may run on any thread.</summary>
    /// <param name="input">The value to work on.</param>
    /// <param name="context">Cancellation, services, idempotency key, attempt and progress of this call.</param>
    /// <returns>The result that is recorded.</returns>
    protected internal abstract ValueTask<TOut> ExecuteAsync(TIn input, StepContext context);

    /// <summary>Facts about a finished call (usage, cost, tool arguments) that belong into its entry.</summary>
    internal virtual EffectDetail? DetailOf(TIn input, TOut? output, FlowRun run) => null;

    /// <summary>What the body is given, as a replay compares it; null when it is not compared.</summary>
    internal virtual InputPrint? PrintOf(TIn input, FlowRuntime runtime) => InputPrint.Of(input, runtime.Json);

    /// <summary>A result that a human gives in place of the body's.</summary>
    internal virtual TOut Given(object? value, System.Text.Json.JsonSerializerOptions json) => (TOut)value!;

    /// <summary>Does what an obligation demands of the call itself; false when the step cannot.</summary>
    internal virtual bool TryDischarge(Obligation obligation, ref TIn input) => false;

    /// <summary>About how many tokens a call takes: what is certain, and everything together.</summary>
    internal virtual (long Input, long Total) EstimateTokens(TIn input) => default;

    /// <summary>Whether the result may be another call's; null when the effect is made here in any case.</summary>
    internal virtual ISharedEffect<TOut>? SharedBy(TIn input, FlowRun run, StepPath path) => null;

    /// <summary>Whether an attempt occupies a slot of its own.</summary>
    internal virtual bool TakesSlot => true;

    /// <summary>The ways to have this very effect, when there may be several; null sends it the one way there is.</summary>
    internal virtual IRoutedEffect? RouteOf(TIn input, FlowRun run) => null;

    /// <summary>The result has passed every policy: what was held back may go out.</summary>
    internal virtual void OnReleased(TIn input, TOut output, FlowRun run, StepPath path)
    {
    }

    /// <summary>The span around the attempts of a call, when this kind of step has one.</summary>
    internal virtual Activity? StartSpan(TIn input, FlowContext scope, StepPath path) => null;

    /// <summary>Says in the span how the call went.</summary>
    internal virtual void EndSpan(Activity span, TIn input, TOut output)
    {
    }

    /// <summary>Whether a synchronous body must leave the caller's thread, so that a timeout can walk away from it.</summary>
    internal virtual bool BlocksItsCaller => false;

    internal override void Validate(DefectList defects, string path)
    {
        if (Plan.IsTooPatient) defects.Add(path, $"a time limit of {Plan.Timeout} is more than a day", "give the flow around it the limit");
        if (!Plan.RepeatsIrreversible) return;
        defects.Add(path, $"the step is irreversible and has {Repetition}", "declare it EffectClass.Idempotent when the service deduplicates by the idempotency key, or drop the option");
    }

    private string Repetition => Plan.Retries > 0 ? "a retry" : Plan.Hedged ? "hedging" : "strategies of its own (Resilient), which may repeat it";

    internal sealed override ValueTask<TOut> InvokeAsync(FlowContext scope, StepPath path, TIn input) =>
        EffectGate<TIn, TOut>.RunAsync(this, scope, path, input);

    private void Declare(EffectClass effect)
    {
        if (effect != EffectClass.Idempotent) Plan = Plan with { Effect = OptionRange.Defined(effect, nameof(effect)) };
    }
}
