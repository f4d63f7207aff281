using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow.Journaling;

/// <summary>Facts about an effect beside its result.</summary>
public sealed record EffectDetail
{
    /// <summary>Tokens used by a model call.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>The price of the call in the runtime's currency, when the model's price is known.</summary>
    public decimal? Cost { get; init; }

    /// <summary>The model that answered.</summary>
    public string? Model { get; init; }

    /// <summary>Why this model answered, when there was something to choose or another one had failed; <see langword="null"/> otherwise.</summary>
    public string? ModelReason { get; init; }

    /// <summary>Whether the response of the model was another call's: nothing was used, and nothing is to be paid.</summary>
    public bool IsCached { get; init; }

    /// <summary>How long the model or tool took, all attempts together, by the runtime's clock.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The agent on whose behalf the call was made.</summary>
    public string? Agent { get; init; }

    /// <summary>The tool that was called.</summary>
    public string? Tool { get; init; }

    /// <summary>The arguments of the tool call by name.</summary>
    public IReadOnlyDictionary<string, object?>? Arguments { get; init; }

    /// <summary>Why a policy withheld the result, or <see langword="null"/>.</summary>
    public string? Withheld { get; init; }

    /// <summary>The type of the failure, when a step, a flow or an agent failed that was called as a tool; its own entries say more.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Whether a human was asked to approve the effect and said no.</summary>
    public bool IsRejected { get; init; }
}

/// <summary>An irreversible effect is about to start. Without an outcome behind it, what happened is uncertain.</summary>
public sealed class EffectIntendedEntry : JournalEntry
{
    internal EffectIntendedEntry(StepPath path, int attempt)
        : base(JournalEntryKind.EffectIntended, path) => Attempt = attempt;

    /// <summary>Which attempt, from 1.</summary>
    public int Attempt { get; }
}

/// <summary>An effect yielded a result.</summary>
public abstract class EffectCompletedEntry : JournalEntry
{
    private protected EffectCompletedEntry(StepPath path, string stepName)
        : base(JournalEntryKind.EffectCompleted, path)
    {
        StepName = stepName;
        AttemptNumber = 1;
    }

    /// <summary>The name of the step.</summary>
    public string StepName { get; }

    /// <summary>Usage, cost, tool and arguments, where the effect was a model or tool call.</summary>
    public EffectDetail? Detail { get; internal init; }

    /// <summary>Which attempt succeeded, from 1.</summary>
    public int Attempt
    {
        get => AttemptNumber;
        internal init => AttemptNumber = (ushort)value;
    }

    /// <summary>Why a policy withheld the result from the flow, or <see langword="null"/>. The effect happened all the same.</summary>
    public string? Withheld => Detail?.Withheld;

    /// <summary>The type of the result as a reader would write it.</summary>
    internal abstract string ResultType { get; }
}

internal class EffectCompletedEntry<T>(StepPath path, string stepName, T result) : EffectCompletedEntry(path, stepName)
{
    public T Result { get; } = result;

    public override object? Value => Result;

    internal override string ResultType => TypeNames.Short(WrittenType.Of(Result));

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, Result, WrittenType.Of(Result), options);
}

/// <summary>An outcome that says what the effect was given. Durable runs have it: in memory an entry is as small as it can be.</summary>
internal sealed class CheckedEffectCompletedEntry<T>(StepPath path, string stepName, T result, InputPrint given) : EffectCompletedEntry<T>(path, stepName, result)
{
    private InputPrint? _given = given;

    internal override InputPrint? Given => _given;

    internal override void ForgetGiven() => _given = null;
}

/// <summary>An outcome read from a store: its value gets a type when a step asks for it.</summary>
internal sealed class StoredEffectCompletedEntry(StepPath path, string stepName, string resultType, Payload payload) : EffectCompletedEntry(path, stepName)
{
    private InputPrint? _given;

    public Payload Payload => payload;

    public override object? Value => payload.ToElement();

    internal override InputPrint? Given => _given;

    internal override string ResultType => resultType;

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => payload.CopyTo(writer);

    internal StoredEffectCompletedEntry With(InputPrint? given)
    {
        _given = given;
        return this;
    }

    internal override void ForgetGiven() => _given = null;
}

/// <summary>An attempt of an effect failed.</summary>
public sealed class EffectFailedEntry : JournalEntry
{
    private InputPrint? _given;

    internal EffectFailedEntry(StepPath path, string stepName, string errorType, string message, int attempt, bool isFinal)
        : base(JournalEntryKind.EffectFailed, path)
    {
        StepName = stepName;
        ErrorType = errorType;
        Message = message;
        Attempt = attempt;
        IsFinal = isFinal;
    }

    /// <summary>The name of the step.</summary>
    public string StepName { get; }

    /// <summary>The full name of the exception's type, or the name of a failure of the engine such as <c>PolicyDenied</c>.</summary>
    public string ErrorType { get; }

    /// <summary>The exception's message.</summary>
    public string Message { get; }

    /// <summary>Which attempt failed, from 1.</summary>
    public int Attempt { get; }

    /// <summary>Whether no further attempt follows: the flow saw this failure.</summary>
    public bool IsFinal { get; }

    /// <summary>Usage, cost, tool and arguments, where the effect was a model or tool call.</summary>
    public EffectDetail? Detail { get; internal init; }

    internal override InputPrint? Given => _given;

    internal EffectFailedEntry With(InputPrint? given)
    {
        _given = given;
        return this;
    }

    internal override void ForgetGiven() => _given = null;

    private protected override string Summary => $"{ErrorType}: {Message}";
}
