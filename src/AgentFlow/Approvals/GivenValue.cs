using AgentFlow.Policies;

namespace AgentFlow.Approvals;

/// <summary>The changed value of an answer, held against what takes it while whoever answers is still there to mend it.</summary>
internal static class GivenValue
{
    /// <exception cref="InvalidModificationException">The value does not fit.</exception>
    public static ApprovalDecision Read(OpenRequest open, ApprovalDecision decision)
    {
        if (decision.Outcome != ApprovalOutcome.Modified || open.Request.Fit is not { } fit) return decision;
        var value = decision.Value;
        if (fit(ref value) is { } misfit) throw new InvalidModificationException(open.Request.Id, misfit);
        return ReferenceEquals(value, decision.Value) ? decision : decision.WithValue(value);
    }
}

/// <summary>
/// An approval came with a changed value that does not fit what takes it: a step's input, or the arguments of a tool by the
/// tool's schema. The request stays open.
/// </summary>
public sealed class InvalidModificationException : ArgumentException
{
    internal InvalidModificationException(string requestId, Misfit misfit)
        : base($"Request '{requestId}': the changed value {misfit.Problem}{Given(misfit)}. {misfit.Cure}")
    {
        RequestId = requestId;
        Argument = misfit.Argument;
        Value = misfit.Value;
        Expected = misfit.Expected;
    }

    /// <summary>The request.</summary>
    public string RequestId { get; }

    /// <summary>The argument of the tool call that is wrong; <see langword="null"/> when the value as a whole is.</summary>
    public string? Argument { get; }

    /// <summary>What was given for it, <see langword="null"/> when it is missing.</summary>
    public object? Value { get; }

    /// <summary>What it must be, in words: a type, or kinds of JSON values.</summary>
    public string Expected { get; }

    private static string Given(Misfit misfit)
    {
        if (misfit.Argument is null) return "";
        var text = misfit.Value?.ToString() ?? "null";
        return $" (given: {(text.Length > 100 ? text[..100] + "…" : text)}; expected: {misfit.Expected})";
    }
}
