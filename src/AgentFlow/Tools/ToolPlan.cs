namespace AgentFlow;

/// <summary>The frozen form of <see cref="ToolOptions"/>.</summary>
internal sealed record ToolPlan
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    public required StepPlan Step { get; init; }

    /// <summary>What policies are told of a repetition. A flow has no class of its own; what its effects do is not known here.</summary>
    public required EffectClass Effect { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public ToolApproval? Approval { get; init; }

    /// <summary>Whether the tool limits the time of a call, and not only the step behind it.</summary>
    public bool IsTimed { get; init; }
}

/// <summary>When a call waits for a human, and what the human is told.</summary>
internal sealed record ToolApproval(Func<ToolArguments, bool>? When, string Reason, string? Role, bool TellsModel, Approvals.RequestTerms Terms);
