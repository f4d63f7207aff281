using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace AgentFlow;

/// <summary>How one branch of a <c>Collect</c> ended: with a value, or with a failure. The default value is a failure of type <c>Unknown</c>.</summary>
/// <typeparam name="T">What the branch yields.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly struct Outcome<T> : IEquatable<Outcome<T>>
{
    private readonly string? _errorType;
    private readonly string? _message;

    [JsonConstructor]
    private Outcome(bool isSuccess, T? valueOrDefault, string? errorType, string? message, StepPath? path)
    {
        IsSuccess = isSuccess;
        ValueOrDefault = valueOrDefault;
        _errorType = errorType;
        _message = message;
        Path = path;
    }

    /// <summary>Whether the branch yielded a value.</summary>
    [MemberNotNullWhen(true, nameof(ValueOrDefault))]
    [MemberNotNullWhen(false, nameof(ErrorType), nameof(Message))]
    public bool IsSuccess { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The branch failed: the message says where and why.</exception>
    [JsonIgnore]
    public T Value => IsSuccess
        ? ValueOrDefault
        : throw new InvalidOperationException($"{(Path is null ? "The branch" : $"'{Path}'")} failed and has no value: {ErrorType}: {Message}. Look at IsSuccess first, or use ValueOrDefault.");

    /// <summary>The value; the type's default when the branch failed.</summary>
    [JsonPropertyName("value")]
    public T? ValueOrDefault { get; }

    /// <summary>The full name of the failure's type, or a name of the engine's such as <c>Timeout</c>; null on success.</summary>
    public string? ErrorType => IsSuccess ? null : _errorType ?? "Unknown";

    /// <summary>The failure's message; null on success.</summary>
    public string? Message => IsSuccess ? null : _message ?? "";

    /// <summary>The branch, or the place inside of it that failed; null for an outcome made in a test without one.</summary>
    public StepPath? Path { get; }

    /// <summary>A success.</summary>
    /// <param name="value">What the branch yielded.</param>
    /// <param name="path">The branch.</param>
    public static Outcome<T> Success(T value, StepPath? path = null) => new(true, value, null, null, path);

    /// <summary>A failure.</summary>
    /// <param name="errorType">The full name of the failure's type.</param>
    /// <param name="message">The failure's message.</param>
    /// <param name="path">Where it happened.</param>
    public static Outcome<T> Failure(string errorType, string message, StepPath? path = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(errorType);
        ArgumentNullException.ThrowIfNull(message);
        return new(false, default, errorType, message, path);
    }

    /// <summary>Whether two outcomes are the same.</summary>
    /// <param name="left">One outcome.</param>
    /// <param name="right">Another one.</param>
    public static bool operator ==(Outcome<T> left, Outcome<T> right) => left.Equals(right);

    /// <summary>Whether two outcomes differ.</summary>
    /// <param name="left">One outcome.</param>
    /// <param name="right">Another one.</param>
    public static bool operator !=(Outcome<T> left, Outcome<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(Outcome<T> other) =>
        IsSuccess == other.IsSuccess && EqualityComparer<T?>.Default.Equals(ValueOrDefault, other.ValueOrDefault) && ErrorType == other.ErrorType && Message == other.Message && Equals(Path, other.Path);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Outcome<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsSuccess, ValueOrDefault, ErrorType, Message, Path);

    /// <inheritdoc/>
    public override string ToString() => IsSuccess ? $"{Value}" : $"{ErrorType}: {Message}";
}
