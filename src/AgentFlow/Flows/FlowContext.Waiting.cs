using AgentFlow.Approvals;

namespace AgentFlow;

/// <content>Humans and dates.</content>
public sealed partial class FlowContext
{
    /// <summary>Waits. A run in which everything waits is suspended and costs no thread; the wait survives with the journal.</summary>
    /// <param name="delay">How long, up to 3650 days; zero or less returns at once.</param>
    /// <param name="name">A name for the path; <c>delay</c> when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is longer.</exception>
    public async ValueTask DelayAsync(TimeSpan delay, string name = "delay")
    {
        OptionRange.Within(delay, TimeSpan.MinValue, OptionRange.Longest, nameof(delay));
        BeginCall();
        try
        {
            var path = PathOf(StepName.Validate(name));
            if (delay > TimeSpan.Zero) await Run.DelayAsync(path, delay, CancellationToken).ConfigureAwait(false);
            ThrowIfCancelled();
        }
        finally
        {
            EndCall();
        }
    }

    /// <summary>Asks a human and waits for the typed answer.</summary>
    /// <typeparam name="TAnswer">The type of the answer.</typeparam>
    /// <param name="name">The request's name, a segment of its path.</param>
    /// <param name="question">What is asked.</param>
    public async ValueTask<TAnswer> AskAsync<TAnswer>(string name, Question<TAnswer> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var decision = await RequestAsync(name, path => NewRequest(path, RequestKind.Question, question.Prompt, question.Context, question.Role) with
        {
            AnswerType = typeof(TAnswer),
            Choices = [.. question.Choices.Select(choice => (object)choice!)],
        }).ConfigureAwait(false);
        return (TAnswer)decision.Value!;
    }

    /// <summary>Asks a human to approve a value, and returns how they decided: as shown, changed, or no.</summary>
    /// <typeparam name="T">The type of the value; a changed value is of it.</typeparam>
    /// <param name="name">The request's name, a segment of its path.</param>
    /// <param name="value">What is to be approved.</param>
    /// <param name="prompt">What is asked, in words.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    public ValueTask<ApprovalDecision> ApproveAsync<T>(string name, T value, string? prompt = null, string? role = null) =>
        RequestAsync(name, path => NewApproval(path, value, prompt, role));

    internal ApprovalRequest NewApproval<T>(StepPath path, T value, string? prompt, string? role) =>
        NewRequest(path, RequestKind.Approval, prompt ?? $"Approve '{path.Name}'?", value, role) with { ValueType = typeof(T), AnswerType = typeof(T) };

    internal async ValueTask<ApprovalDecision> RequestAsync(string name, Func<StepPath, ApprovalRequest> request)
    {
        BeginCall();
        try
        {
            return await Run.AskAsync(request(PathOf(StepName.Validate(name))), CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            EndCall();
        }
    }

    private ApprovalRequest NewRequest(StepPath path, RequestKind kind, string prompt, object? value, string? role) => new()
    {
        Id = $"{RunId}/{path}",
        RunId = RunId,
        Flow = Run.FlowName,
        Path = path,
        Name = path.Name,
        Kind = kind,
        AskedBy = Owner,
        Prompt = prompt,
        Value = value,
        ValueType = value?.GetType() ?? typeof(object),
        AnswerType = typeof(object),
        Role = role,
        Principal = Principal,
        Label = _label ?? AgentFlow.Label.None,
        OpenedAt = Run.Runtime.Time.GetUtcNow(),
    };
}
