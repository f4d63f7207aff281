using AgentFlow.Approvals;

namespace AgentFlow;

/// <content>Humans and dates.</content>
public sealed partial class FlowContext
{
    /// <summary>Waits. A run in which everything waits is suspended and costs no thread; the wait survives with the journal.</summary>
    /// <param name="delay">How long, up to 3650 days; zero returns at once. For ever is no delay: wait for a signal.</param>
    /// <param name="name">A name for the path; <c>delay</c> when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative (<see cref="Timeout.InfiniteTimeSpan"/> is) or longer.</exception>
    public async ValueTask DelayAsync(TimeSpan delay, string name = "delay")
    {
        OptionRange.Within(delay, TimeSpan.Zero, OptionRange.Longest, nameof(delay));
        BeginCall();
        try
        {
            var path = PathOf(StepName.Validate(name));
            if (delay > TimeSpan.Zero) await Run.DelayAsync(path, delay, CancellationToken).ConfigureAwait(false);
            ThrowIfStopped();
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
    /// <exception cref="RequestExpiredException">Nobody answered in time, and the question has no default.</exception>
    public async ValueTask<TAnswer> AskAsync<TAnswer>(string name, Question<TAnswer> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Terms.Quorum != 1) throw new InvalidOptionException($"{nameof(RequestTerms)}.{nameof(RequestTerms.Quorum)}", question.Terms.Quorum, "A question has one answer: leave the quorum at 1, or ask for an approval.");
        string? id = null;
        var decision = await RequestAsync(name, path => NewRequest(path, RequestKind.Question, question.Prompt, question.Context, question.Role) with
        {
            Id = id = $"{RunId}/{path}",
            Terms = question.Terms,
            Default = question.Default,
            AnswerType = typeof(TAnswer),
            Choices = [.. question.Choices.Select(choice => (object)choice!)],
        }).ConfigureAwait(false);
        return decision.Outcome == ApprovalOutcome.Expired ? throw new RequestExpiredException(id!, decision.Reason!) : (TAnswer)decision.Value!;
    }

    /// <summary>Asks a human to approve a value, and returns how they decided: as shown, changed, or no.</summary>
    /// <typeparam name="T">The type of the value; a changed value is of it.</typeparam>
    /// <param name="name">The request's name, a segment of its path.</param>
    /// <param name="value">What is to be approved.</param>
    /// <param name="prompt">What is asked, in words.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">How many people, who not, until when; one person and for ever when not given.</param>
    /// <exception cref="InvalidOptionException">The terms are out of their range; the message names which.</exception>
    public ValueTask<ApprovalDecision> ApproveAsync<T>(string name, T value, string? prompt = null, string? role = null, RequestTerms? terms = null) =>
        RequestAsync(name, path => NewApproval(path, value, prompt, role, terms));

    internal ApprovalRequest NewApproval<T>(StepPath path, T value, string? prompt, string? role, RequestTerms? terms) =>
        NewRequest(path, RequestKind.Approval, prompt ?? $"Approve '{path.Name}'?", value, role) with { ValueType = typeof(T), AnswerType = typeof(T), Terms = terms ?? RequestTerms.Default };

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
