namespace AgentFlow;

/// <summary>A step of a <c>Compensate</c> failed, and the steps before it were undone, as far as they could be.</summary>
public sealed class SagaException : AgentFlowException
{
    internal SagaException(StepPath path, SagaEnd end, IReadOnlyList<string> undone, IReadOnlyList<FailedParticipant> notUndone, Exception? innerException)
        : base($"'{path}' {Cause(end)}. Undone: {(undone.Count == 0 ? "nothing" : string.Join(", ", undone))}.{(notUndone.Count == 0 ? "" : $" NOT undone, to be looked after: {string.Join(" | ", notUndone.Select(step => $"{step.From}: {step.ErrorType}: {step.Message}"))}.")}", innerException)
    {
        Path = path;
        FailedStep = end.Step;
        ErrorType = end.ErrorType;
        Undone = undone;
        NotUndone = notUndone;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>The step that failed, or that the cancellation met.</summary>
    public string FailedStep { get; }

    /// <summary>The full name of the failure's type, or a name of the engine's; <c>Cancelled</c> when the run or the branch was cancelled.</summary>
    public string ErrorType { get; }

    /// <summary>The steps that were undone, last one first.</summary>
    public IReadOnlyList<string> Undone { get; }

    /// <summary>The steps whose undo step failed for good: what they did stands. Empty when everything was undone.</summary>
    public IReadOnlyList<FailedParticipant> NotUndone { get; }

    private static string Cause(SagaEnd end) => end.IsCancelled ? $"was cancelled at '{end.Step}'" : $"failed at '{end.Step}': {end.ErrorType}: {end.Message}";
}

/// <summary>Why a saga is undone. Recorded before anything is.</summary>
/// <param name="Done">How many steps had completed.</param>
/// <param name="Step">The step that had not.</param>
/// <param name="ErrorType">The failure's type.</param>
/// <param name="Message">The failure's message; of a cancelled run the reason.</param>
/// <param name="IsCancelled">Whether run or branch were cancelled.</param>
/// <param name="IsRunCancelled">Whether it was the run.</param>
internal sealed record SagaEnd(int Done, string Step, string ErrorType, string Message, bool IsCancelled, bool IsRunCancelled)
{
    public override string ToString() => $"undo {Done}";
}
