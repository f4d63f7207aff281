using System.Diagnostics;

namespace AgentFlow.Approvals;

/// <summary>Why somebody is asked.</summary>
public enum RequestKind
{
    /// <summary>A flow's <c>Approve</c>: yes, yes with changes, or no.</summary>
    Approval,

    /// <summary>A flow's <c>Ask</c>: a typed answer.</summary>
    Question,

    /// <summary>A policy or a tool demands approval of an effect before it starts.</summary>
    EffectApproval,

    /// <summary>
    /// An irreversible effect had been started when the run stopped, and may have happened: approve to start it again, answer with its
    /// result if it has happened, reject to fail it with the error type <c>Uncertain</c>.
    /// </summary>
    UncertainEffect,
}

/// <summary>An open question to a human. Immutable; may be read from any thread.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record ApprovalRequest
{
    /// <summary>Unique over all runs: run id and path.</summary>
    public required string Id { get; init; }

    /// <summary>The run that waits.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The flow that the run executes.</summary>
    public required string Flow { get; init; }

    /// <summary>Where in the run.</summary>
    public required StepPath Path { get; init; }

    /// <summary>The name of the request: the verb's name, or the step's whose effect is questioned.</summary>
    public required string Name { get; init; }

    /// <summary>Why somebody is asked.</summary>
    public required RequestKind Kind { get; init; }

    /// <summary>Who asks: the flow, agent or policy.</summary>
    public required string AskedBy { get; init; }

    /// <summary>What is asked, in words.</summary>
    public required string Prompt { get; init; }

    /// <summary>The value to be judged. An approval may return it changed.</summary>
    public object? Value { get; init; }

    /// <summary>The type of <see cref="Value"/>; a modified value must be of it.</summary>
    public required Type ValueType { get; init; }

    /// <summary>The type a question's answer must have.</summary>
    public required Type AnswerType { get; init; }

    /// <summary>The answers offered, when the question is a choice; empty otherwise.</summary>
    public IReadOnlyList<object> Choices { get; init; } = [];

    /// <summary>Who may answer, in the host's terms; <see langword="null"/> means anybody.</summary>
    public string? Role { get; init; }

    /// <summary>How many people, who not, until when.</summary>
    public RequestTerms Terms { get; init; } = RequestTerms.Default;

    /// <summary>
    /// SHA-256 of exactly what is shown, 64 hexadecimal digits: the same for the same question after a restart, another one when
    /// anything in it has changed. An answer that carries it counts for nothing else.
    /// </summary>
    public string Digest { get; internal init; } = "";

    /// <summary>What a question is answered with when the last deadline passes.</summary>
    internal DefaultOf? Default { get; init; }

    /// <summary>On whose behalf the run acts.</summary>
    public required Principal Principal { get; init; }

    /// <summary>Integrity, audience and provenance of the value.</summary>
    public Label Label { get; init; } = Label.None;

    /// <summary>Why the host's approver has not answered: what it threw, or why its answer did not fit; <see langword="null"/> when nothing is wrong.</summary>
    public string? ApproverFailure { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>How a modification is read and held against what takes it; null when its type alone decides.</summary>
    internal Policies.FitRule? Fit { get; init; }

    /// <summary>The effect that waits for the answer, for operators who stand in for it.</summary>
    internal WaitingEffect? Effect { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Prompt} ({Id})";
}

/// <summary>The default of a question, of whatever type.</summary>
internal sealed record DefaultOf(object? Value);
