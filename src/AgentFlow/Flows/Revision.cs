using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace AgentFlow;

/// <summary>A draft and what its critic said about it: the input of the step that improves it.</summary>
/// <typeparam name="TDraft">The type of the draft.</typeparam>
/// <typeparam name="TReview">The type of the review.</typeparam>
/// <param name="Draft">The draft.</param>
/// <param name="Review">What the critic said.</param>
public sealed record Reviewed<TDraft, TReview>(TDraft Draft, TReview Review);

/// <summary>One round of a <c>Refine</c> in which the writer knows its task: the input of writer and critic.</summary>
/// <typeparam name="TTask">The type of the task.</typeparam>
/// <typeparam name="TDraft">The type of the draft.</typeparam>
/// <typeparam name="TReview">The type of the review.</typeparam>
/// <param name="Task">What the draft is for: the value with which the verb began.</param>
/// <param name="Round">Which round, from 1.</param>
/// <param name="Draft">For the writer the draft of the last round, for the critic the one of this round.</param>
/// <param name="Review">What the critic said in the last round.</param>
[DebuggerDisplay("round {Round}: {Draft}, {Review}")]
public sealed record Revision<TTask, TDraft, TReview>(TTask Task, int Round, TDraft? Draft, TReview? Review)
{
    /// <summary>Whether nothing has been reviewed yet: the writer has a task and nothing else.</summary>
    [MemberNotNullWhen(false, nameof(Draft), nameof(Review))]
    public bool IsFirst => Round == 1;
}
