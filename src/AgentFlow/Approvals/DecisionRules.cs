namespace AgentFlow.Approvals;

/// <summary>Which answers fit which request.</summary>
internal static class DecisionRules
{
    public static void Check(ApprovalRequest request, ApprovalDecision decision)
    {
        var isQuestion = request.Kind == RequestKind.Question || request.Kind == RequestKind.UncertainEffect && decision.Outcome == ApprovalOutcome.Answered;
        if (decision.Outcome == ApprovalOutcome.Expired) throw new ArgumentException("A request expires by its deadline, not by an answer.", nameof(decision));
        if (decision.Outcome == ApprovalOutcome.Withdrawn) throw new ArgumentException("A request is withdrawn by its run, not by an answer.", nameof(decision));
        if (isQuestion != (decision.Outcome == ApprovalOutcome.Answered))
        {
            throw new ArgumentException(isQuestion
                ? $"Request '{request.Id}' is a question: answer it with a {TypeNames.Short(request.AnswerType)}."
                : $"Request '{request.Id}' is an approval: approve, modify or reject it.", nameof(decision));
        }

        if (request.Kind == RequestKind.UncertainEffect && decision.Outcome == ApprovalOutcome.Modified)
        {
            throw new ArgumentException($"Request '{request.Id}' asks what became of an effect: approve to start it again as it was, answer with its result, or reject it.", nameof(decision));
        }

        if (decision.Outcome == ApprovalOutcome.Modified) CheckType(request, decision.Value, request.ValueType, nameof(decision));
        if (!isQuestion) return;
        CheckType(request, decision.Value, request.AnswerType, nameof(decision));
        if (request.Choices.Count > 0 && !request.Choices.Contains(decision.Value!))
        {
            throw new ArgumentException($"'{decision.Value}' is not among the choices of request '{request.Id}': {string.Join(", ", request.Choices)}.", nameof(decision));
        }
    }

    /// <summary>The type that the value of an answer has.</summary>
    public static Type ValueTypeOf(ApprovalRequest request) => request.Kind is RequestKind.Question or RequestKind.UncertainEffect ? request.AnswerType : request.ValueType;

    private static void CheckType(ApprovalRequest request, object? value, Type type, string parameter)
    {
        var fits = value is null ? !type.IsValueType || Nullable.GetUnderlyingType(type) is not null : type.IsInstanceOfType(value);
        if (!fits)
        {
            throw new ArgumentException(
                $"Request '{request.Id}' takes a {TypeNames.Short(type)}, not {(value is null ? "null" : TypeNames.Short(value.GetType()))}.", parameter);
        }
    }
}
