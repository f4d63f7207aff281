using System.Text.Json;

namespace AgentFlow.Journaling;

/// <summary>
/// Flow code changed the run's state, at <c>scope/(state)/key</c>. The payload is what flow code gave: the new value, or an update that the
/// key's rule combines with the present value. Whether it counts is up to the scope: what a failed one has written is undone with it.
/// </summary>
public abstract class StateChangedEntry : JournalEntry
{
    private protected StateChangedEntry(StepPath path, string key, string valueType, bool isUpdate)
        : base(JournalEntryKind.StateChanged, path)
    {
        Key = key;
        ValueType = valueType;
        IsUpdate = isUpdate;
    }

    /// <summary>The name of the key.</summary>
    public string Key { get; }

    /// <summary>Whether the payload is an update for the key's rule, and not the value itself.</summary>
    public bool IsUpdate { get; }

    /// <summary>The type of the payload as a reader would write it.</summary>
    internal string ValueType { get; }

    private protected override string Summary => $"{Key} {(IsUpdate ? "+" : "=")} {Value}";
}

internal sealed class StateChangedEntry<T>(StepPath path, string key, T payload, bool isUpdate)
    : StateChangedEntry(path, key, TypeNames.Short(typeof(T)), isUpdate)
{
    public T Payload { get; } = payload;

    public override object? Value => Payload;

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => Journaling.Payload.Write(writer, Payload, options);
}

/// <summary>A change read from a store: it gets a type when the flow makes it again.</summary>
internal sealed class StoredStateChangedEntry(StepPath path, string key, string valueType, Payload payload, bool isUpdate)
    : StateChangedEntry(path, key, valueType, isUpdate)
{
    public Payload Payload => payload;

    public override object? Value => payload.ToElement();

    internal override void WriteValue(Utf8JsonWriter writer, JsonSerializerOptions options) => payload.CopyTo(writer);
}
