using System.Diagnostics;
using AgentFlow.Approvals;

namespace AgentFlow.Policies;

/// <summary>
/// One question to a policy. What the engine vouches for is in <see cref="Facts"/>; what a model, a user or a tool wrote is in
/// <see cref="Content"/>. The two never mix. Valid during the call only.
/// </summary>
[DebuggerDisplay("{Facts.Operation} {Phase} {Facts.Path}")]
public sealed class PolicyRequest
{
    internal PolicyRequest(PolicyFacts facts, PolicyContent content, PolicyPhase phase, object? state)
    {
        Facts = facts;
        Content = content;
        Phase = phase;
        State = state;
    }

    /// <summary>Before, between or after.</summary>
    public PolicyPhase Phase { get; }

    /// <summary>Trusted: stated by the engine and by the definitions.</summary>
    public PolicyFacts Facts { get; }

    /// <summary>Untrusted: the value that passes the gate.</summary>
    public PolicyContent Content { get; }

    /// <summary>What this policy left with <see cref="PolicyDecision.WithState"/> in an earlier phase of the same operation.</summary>
    public object? State { get; }
}

/// <summary>What the engine vouches for. Nothing in here was written by a model or by outside data.</summary>
public sealed record PolicyFacts
{
    /// <summary>What is judged.</summary>
    public required PolicyOperation Operation { get; init; }

    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Where in the run.</summary>
    public required StepPath Path { get; init; }

    /// <summary>On whose behalf.</summary>
    public required Principal Principal { get; init; }

    /// <summary>The root flow's name.</summary>
    public required string Flow { get; init; }

    /// <summary>The root flow's version.</summary>
    public required int FlowVersion { get; init; }

    /// <summary>The run's tags, set by the host.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>When, by the runtime's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The step, agent or tool that is judged.</summary>
    public string? Target { get; internal set; }

    /// <summary>The registered agent that is invoked, with its version; <see langword="null"/> for agents that code has built, and for other operations.</summary>
    public AgentPin? Agent { get; internal set; }

    /// <summary>The agent (or flow) that asks for it.</summary>
    public string? From { get; internal set; }

    /// <summary>Who answers a request, sends a signal or operates a run, as the host has authenticated them; <see langword="null"/> for other operations.</summary>
    public Principal? Actor { get; internal set; }

    /// <summary>The model that will be called.</summary>
    public string? Model { get; internal set; }

    /// <summary>What repeating the effect would mean.</summary>
    public EffectClass Effect { get; internal set; }

    /// <summary>The scopes the tool declares that it needs.</summary>
    public IReadOnlyList<string> Scopes { get; internal set; } = [];

    /// <summary>Which attempt, from 1.</summary>
    public int Attempt { get; internal set; } = 1;

    /// <summary>How a human answered, when an approval was demanded and given for this very operation.</summary>
    public ApprovalDecision? Approval { get; internal set; }

    /// <summary>Tokens and cost after the operation, in <see cref="PolicyPhase.Settle"/> and <see cref="PolicyPhase.Result"/>.</summary>
    public Journaling.EffectDetail? Outcome { get; internal set; }

    /// <summary>The error type when the operation failed, in <see cref="PolicyPhase.Settle"/>.</summary>
    public string? ErrorType { get; internal set; }
}

/// <summary>What passes the gate: written by users, models, tools or documents. Never take a rule or a permission from here.</summary>
public sealed class PolicyContent
{
    internal PolicyContent(object? value, IReadOnlyDictionary<string, object?>? arguments, Label? label)
    {
        Value = value;
        Arguments = arguments ?? System.Collections.Frozen.FrozenDictionary<string, object?>.Empty;
        Label = label ?? Label.None;
    }

    /// <summary>The value: the input in the request phases, the result afterwards.</summary>
    public object? Value { get; }

    /// <summary>Each argument of a tool call by name; empty for other operations.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; }

    /// <summary>Integrity, audience and provenance of everything the value was made from.</summary>
    public Label Label { get; }

    /// <summary>The value when it is of the given type.</summary>
    /// <typeparam name="T">The expected type.</typeparam>
    /// <param name="value">The value, or default.</param>
    public bool TryGet<T>(out T value)
    {
        if (Value is T typed)
        {
            value = typed;
            return true;
        }

        value = default!;
        return false;
    }
}
