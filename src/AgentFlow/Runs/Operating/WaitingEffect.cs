using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>An effect that waits in the gate: what an operator must know to stand in for it. Holds nothing of the flow's live state.</summary>
internal abstract class WaitingEffect(StepPath path, string stepName)
{
    public StepPath Path => path;

    public string StepName => stepName;

    /// <summary>What the effect yields.</summary>
    public abstract Type ResultType { get; }

    /// <summary>The outcome that an operator gives.</summary>
    /// <returns>Null when the value is of another type.</returns>
    public abstract JournalEntry? Completed(object? value, JsonSerializerOptions json);

    /// <summary>The input as the result; false when it is of another type.</summary>
    public abstract bool TrySkip(out object? result);
}

/// <inheritdoc cref="WaitingEffect"/>
internal sealed class WaitingEffect<TIn, TOut>(EffectStep<TIn, TOut> step, StepPath path, TIn input, Label? label) : WaitingEffect(path, step.Name)
{
    public override Type ResultType => typeof(TOut);

    public override JournalEntry? Completed(object? value, JsonSerializerOptions json) => value is TOut || value is null && default(TOut) is null
        ? new EffectCompletedEntry<TOut>(Path, StepName, step.Given(value, json)) { Label = label }
        : null;

    public override bool TrySkip(out object? result)
    {
        result = input;
        return input is TOut;
    }
}

/// <summary>Whatever may come to wait in the gate.</summary>
internal interface IWaitsInGate
{
    WaitingEffect Waiting { get; }
}

/// <summary>The branch goes on with the result that an operator gave; it is in the journal already.</summary>
internal sealed class EffectReplacedException(object? result) : OperationCanceledException("an operator stood in for the effect")
{
    public object? Result => result;
}

/// <summary>An effect that does not start because the run is paused.</summary>
internal sealed class OpenPause(FlowRun run, StepPath path, WaitingEffect effect, DateTimeOffset since) : OpenWait(run, path)
{
    public override WaitingEffect Effect => effect;

    public override PendingWait Pending => new(WaitKind.Pause, Path, since, effect.StepName);

    public override JournalEntry? Withdrawal(string reason) => null;

    public override void Detach()
    {
    }

    public override void Reattach()
    {
    }

    public override void Close()
    {
    }
}
