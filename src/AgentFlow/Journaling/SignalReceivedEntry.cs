using System.Text.Json;

namespace AgentFlow.Journaling;

/// <summary>
/// A signal from outside arrived. The path is that of the wait that took it, or the run's when none was open: it is kept then, and which
/// wait took it later is a decision at the path of that one.
/// </summary>
public abstract class SignalReceivedEntry : JournalEntry
{
    private protected SignalReceivedEntry(StepPath path, string signal, string valueType, string? key, Principal? actor)
        : base(JournalEntryKind.SignalReceived, path)
    {
        Signal = signal;
        ValueType = valueType;
        Key = key;
        Actor = actor;
    }

    /// <summary>The name of the signal.</summary>
    public string Signal { get; }

    /// <summary>The type of its value as a reader would write it.</summary>
    public string ValueType { get; }

    /// <summary>What tells the signal from others of its name; <see langword="null"/> when the sender gave nothing.</summary>
    public string? Key { get; }

    /// <summary>Who sent it, when the sender said so.</summary>
    public Principal? Actor { get; }

    private protected override string Summary => $"{Signal} {Value}";

    /// <summary>The value as the wait at this path takes it.</summary>
    /// <exception cref="SignalMismatchException">It is of another type.</exception>
    internal object? ReadAs(Type type, StepPath wait, FlowRuntime runtime)
    {
        if (TypeNames.Short(type) != ValueType && ValueType != TypeNames.Short(typeof(JsonElement)) && type != typeof(JsonElement)) return Upcast(type, wait, runtime);
        try
        {
            return Read(type, runtime.Json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidCastException or NotSupportedException)
        {
            throw new SignalMismatchException(this, wait, type, exception);
        }
    }

    private object? Upcast(Type type, StepPath wait, FlowRuntime runtime)
    {
        var upcast = runtime.Options.Upcasters.Find(type, ValueType) ?? throw new SignalMismatchException(this, wait, type);
        try
        {
            return upcast((JsonElement)Read(typeof(JsonElement), runtime.Json)!);
        }
        catch (Exception exception)
        {
            throw new SignalMismatchException(this, wait, type, exception);
        }
    }

    /// <summary>The same signal, taken at this path.</summary>
    internal abstract SignalReceivedEntry At(StepPath path);

    /// <exception cref="JsonException">The value has no such JSON.</exception>
    private protected abstract object? Read(Type type, JsonSerializerOptions options);
}

internal sealed class SignalReceivedEntry<T>(StepPath path, string signal, T value, string? key, Principal? actor)
    : SignalReceivedEntry(path, signal, TypeNames.Short(typeof(T)), key, actor)
{
    public override object? Value => value;

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Payload.Write(writer, value, options);

    internal override SignalReceivedEntry At(StepPath path) => new SignalReceivedEntry<T>(path, Signal, value, Key, Actor) { Label = Label };

    private protected override object? Read(Type type, JsonSerializerOptions options)
    {
        if (type == typeof(T)) return value;
        if (value is JsonElement json) return json.Deserialize(options.GetTypeInfo(type));
        if (type == typeof(JsonElement)) return JsonSerializer.SerializeToElement(value, options.GetTypeInfo(typeof(T)));
        throw new InvalidCastException($"Two types are named {ValueType}.");
    }
}

/// <summary>A signal read from a store: its value gets a type when a wait takes it.</summary>
internal sealed class StoredSignalReceivedEntry(StepPath path, string signal, string valueType, Payload payload, string? key, Principal? actor)
    : SignalReceivedEntry(path, signal, valueType, key, actor)
{
    public override object? Value => payload.ToElement();

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => payload.CopyTo(writer);

    internal override SignalReceivedEntry At(StepPath path) => new StoredSignalReceivedEntry(path, Signal, ValueType, payload, Key, Actor) { Label = Label };

    private protected override object? Read(Type type, JsonSerializerOptions options) =>
        type == typeof(JsonElement) ? payload.ToElement() : payload.Read(type, options);
}
