using System.Text.Json;
using AgentFlow.Policies;

namespace AgentFlow.Approvals;

/// <summary>The value of an answer, held against what takes it while whoever answers is still there to mend it.</summary>
internal static class GivenValue
{
    /// <exception cref="InvalidModificationException">The changed value does not fit.</exception>
    /// <exception cref="InvalidAnswerException">The answer does not fit.</exception>
    public static ApprovalDecision Read(OpenRequest open, ApprovalDecision decision)
    {
        if (decision.Outcome is not (ApprovalOutcome.Modified or ApprovalOutcome.Answered)) return decision;
        var value = decision.Value;
        if (decision.Outcome == ApprovalOutcome.Modified && open.Request.Fit is { } fit)
        {
            if (fit(ref value) is { } misfit) throw new InvalidModificationException(open.Request.Id, misfit);
        }
        else if (value is JsonElement json)
        {
            value = Read(open, json, decision.Outcome);
        }

        return ReferenceEquals(value, decision.Value) ? decision : decision.WithValue(value);
    }

    /// <summary>Hosts that are asked over HTTP have JSON, and not the type.</summary>
    private static object? Read(OpenRequest open, JsonElement json, ApprovalOutcome outcome)
    {
        var (id, type) = (open.Request.Id, outcome == ApprovalOutcome.Answered ? open.Request.AnswerType : open.Request.ValueType);
        if (type.IsAssignableFrom(typeof(JsonElement))) return json;
        try
        {
            return json.Deserialize(open.Run.Runtime.Json.GetTypeInfo(type));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            var (expected, problem) = (TypeNames.Short(type), JsonText.Problem(exception));
            throw outcome == ApprovalOutcome.Answered
                ? new InvalidAnswerException(id, json, expected, problem)
                : new InvalidModificationException(id, new(null, json, expected, $"is JSON that cannot be read as a {expected}: {problem}", $"Give a {expected}."), exception);
        }
    }
}

/// <summary>A question, or what became of an uncertain effect, was answered with JSON that cannot be read as the type of the answer. The request stays open.</summary>
public sealed class InvalidAnswerException : ArgumentException
{
    internal InvalidAnswerException(string requestId, JsonElement value, string expected, string problem)
        : base($"Request '{requestId}': the answer is JSON that cannot be read as a {expected}: {problem}. Answer with a {expected}.")
    {
        RequestId = requestId;
        Value = value;
        Expected = expected;
    }

    /// <summary>The request.</summary>
    public string RequestId { get; }

    /// <summary>What was given.</summary>
    public JsonElement Value { get; }

    /// <summary>The type that the answer must have.</summary>
    public string Expected { get; }
}

/// <summary>
/// An approval came with a changed value that does not fit what takes it: the value of a flow's approval, a step's input, or the arguments of
/// a tool by the tool's schema. The request stays open.
/// </summary>
public sealed class InvalidModificationException : ArgumentException
{
    internal InvalidModificationException(string requestId, Misfit misfit, Exception? innerException = null)
        : base($"Request '{requestId}': the changed value {misfit.Problem}{Given(misfit)}. {misfit.Cure}", innerException)
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
