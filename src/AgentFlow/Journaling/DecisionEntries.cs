using System.Text.Json;
using AgentFlow.Policies;

namespace AgentFlow.Journaling;

/// <summary>What kind of decision flow code made.</summary>
public enum DecisionKind
{
    /// <summary>A value of the flow's own, by <see cref="FlowContext.DecideAsync{T}(string, Func{T}, string?)"/>.</summary>
    Value,

    /// <summary>Which branch a router took.</summary>
    Route,

    /// <summary>Whether a loop goes on (<see langword="true"/>) or ends.</summary>
    Loop,

    /// <summary>Which branches a join kept; all others are abandoned.</summary>
    Join,

    /// <summary>Whether another attempt of a flow is made.</summary>
    Attempt,

    /// <summary>That a substitute step took over.</summary>
    Fallback,

    /// <summary>That a cached result was used.</summary>
    Cache,

    /// <summary>What the clock said.</summary>
    Clock,

    /// <summary>That a label was lowered.</summary>
    Label,

    /// <summary>With what an agent, or a step as a tool, was invoked, and what policies made of its result. Its permission is not asked for again.</summary>
    Invocation,

    /// <summary>Which signal a wait took, by its number in the run.</summary>
    Signal,

    /// <summary>That a repair of the flow's code applies, by <see cref="FlowContext.Patched"/>.</summary>
    Patch,

    /// <summary>Which version of a registered agent the run uses, found at its first use.</summary>
    Agent,

    /// <summary>What was left out of an agent's conversation so that it fits its model's window; the choice is a <see cref="Compaction"/>.</summary>
    Compaction,

    /// <summary>With which instructions an agent began, where it pins them or refuses others.</summary>
    Instructions,
}

/// <summary>Flow code decided something. Replay follows it and does not evaluate the lambda again.</summary>
public abstract class DecisionMadeEntry : JournalEntry
{
    private protected DecisionMadeEntry(StepPath path, DecisionKind decision, string? reason)
        : base(JournalEntryKind.DecisionMade, path)
    {
        Decision = decision;
        Reason = reason;
    }

    /// <summary>What kind of decision.</summary>
    public DecisionKind Decision { get; }

    /// <summary>Why, when the decider said so.</summary>
    public string? Reason { get; }

    /// <summary>The agent, the tool and its arguments, where a step, a flow or an agent was called as a tool.</summary>
    public EffectDetail? Detail { get; internal init; }

    /// <summary>The type of the choice as a reader would write it; null when a store has not kept it.</summary>
    internal abstract string? ChoiceType { get; }

    private protected override string Summary => Reason is null ? $"{Decision} {Value}" : $"{Decision} {Value} ({Reason})";
}

internal sealed class DecisionMadeEntry<T>(StepPath path, DecisionKind decision, T choice, string? reason)
    : DecisionMadeEntry(path, decision, reason)
{
    public T Choice { get; } = choice;

    public override object? Value => Choice;

    internal override string? ChoiceType => TypeNames.Short(typeof(T));

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, Choice, options);
}

/// <summary>A decision read from a store: its value gets a type when the flow asks for it.</summary>
internal sealed class StoredDecisionMadeEntry(StepPath path, DecisionKind decision, string? choiceType, Payload payload, string? reason)
    : DecisionMadeEntry(path, decision, reason)
{
    public Payload Payload => payload;

    public override object? Value => payload.ToElement();

    internal override string? ChoiceType => choiceType;

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => payload.CopyTo(writer);
}

/// <summary>A policy denied, changed or questioned an operation. An allowing policy leaves no entry of its own.</summary>
public sealed class PolicyDecidedEntry : JournalEntry
{
    internal PolicyDecidedEntry(StepPath path, string policy, PolicyOperation operation, PolicyPhase phase, PolicyEffect effect, string? reason)
        : base(JournalEntryKind.PolicyDecided, path)
    {
        Policy = policy;
        Operation = operation;
        Phase = phase;
        Effect = effect;
        Reason = reason;
    }

    /// <summary>The policy's name.</summary>
    public string Policy { get; }

    /// <summary>What it judged.</summary>
    public PolicyOperation Operation { get; }

    /// <summary>Before or after.</summary>
    public PolicyPhase Phase { get; }

    /// <summary>How it decided.</summary>
    public PolicyEffect Effect { get; }

    /// <summary>Why.</summary>
    public string? Reason { get; }

    private protected override string Summary => $"{Policy}: {Effect} {Operation} {Phase} ({Reason})";
}
