using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>Names the stages of a <c>Cascade</c>, cheapest first. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What every stage takes.</typeparam>
public sealed class CascadeBuilder<TIn>
{
    private readonly DraftScope _scope;
    private bool _isContinued;

    internal CascadeBuilder(DraftScope scope) => _scope = scope;

    /// <summary>The first stage; its result must fulfil the rules, or the next stage is tried.</summary>
    /// <typeparam name="TOut">What every stage yields.</typeparam>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="accept">What a result must fulfil: rules and judges. Without any, every result is accepted, and only a failure goes to the next stage.</param>
    /// <exception cref="InvalidOperationException">The first stage was given before: go on with what it returned.</exception>
    public CascadeBuilder<TIn, TOut> Try<TOut>(Step<TIn, TOut> step, Action<CheckRules<TOut>>? accept = null) => Begin<TOut>().Try(step, accept);

    /// <summary>The first stage; its result must fulfil a condition, or the next stage is tried.</summary>
    /// <typeparam name="TOut">What every stage yields.</typeparam>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="accept">Pure; whether a result is good enough.</param>
    /// <param name="reason">What is said of a refused result; the text of the condition when not given.</param>
    /// <exception cref="InvalidOperationException">The first stage was given before: go on with what it returned.</exception>
    public CascadeBuilder<TIn, TOut> Try<TOut>(Step<TIn, TOut> step, Func<TOut, bool> accept, [CallerArgumentExpression(nameof(accept))] string reason = "") =>
        Begin<TOut>().Try(step, accept, reason);

    private CascadeBuilder<TIn, TOut> Begin<TOut>()
    {
        if (_isContinued) throw new InvalidOperationException($"Cascade '{_scope.Path}' has its first stage already, and a second first one would lose it. Chain the stages: c.Try(…).Try(…).");
        _isContinued = true;
        return new(_scope);
    }
}

/// <summary>Names the stages of a <c>Cascade</c>, cheapest first. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What every stage takes.</typeparam>
/// <typeparam name="TOut">What every stage yields.</typeparam>
[DebuggerDisplay("{Stages.Count} stages")]
public sealed class CascadeBuilder<TIn, TOut>
{
    private readonly DraftScope _scope;

    internal CascadeBuilder(DraftScope scope) => _scope = scope;

    internal List<CascadeStage<TIn, TOut>> Stages { get; } = [];

    /// <summary>The next stage, tried when the one before was refused or has failed.</summary>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="accept">What a result must fulfil: rules and judges. The last stage without any has the last word.</param>
    public CascadeBuilder<TIn, TOut> Try(Step<TIn, TOut> step, Action<CheckRules<TOut>>? accept = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (Stages.Exists(stage => stage.Step.Step.Name == step.Name)) _scope.Report(step.Name, $"stage '{step.Name}' is given twice, and the journal could not tell which one won", "name one of them otherwise: step.As(\"…\")");
        Stages.Add(new(_scope.Use(step), RuleSet<TOut>.Of(accept, _scope)));
        return this;
    }

    /// <summary>The next stage, tried when the one before was refused or has failed.</summary>
    /// <param name="step">The step, flow or agent.</param>
    /// <param name="accept">Pure; whether a result is good enough.</param>
    /// <param name="reason">What is said of a refused result; the text of the condition when not given.</param>
    public CascadeBuilder<TIn, TOut> Try(Step<TIn, TOut> step, Func<TOut, bool> accept, [CallerArgumentExpression(nameof(accept))] string reason = "")
    {
        ArgumentNullException.ThrowIfNull(accept);
        return Try(step, rules => rules.Require(accept, reason));
    }

    internal CascadeStage<TIn, TOut>[] BuildIn(DraftScope scope) => ReferenceEquals(scope, _scope)
        ? [.. Stages]
        : throw new InvalidOperationException($"The stages of cascade '{scope.Path}' are those of cascade '{_scope.Path}'. Return what the Cascade's own builder c returns: c => c.Try(…).");
}

/// <summary>A stage and what its results must fulfil.</summary>
internal sealed record CascadeStage<TIn, TOut>(StepUse<TIn, TOut> Step, RuleSet<TOut> Rules);
