using System.Collections.Concurrent;
using System.Text.Json;

namespace AgentFlow;

/// <summary>
/// What makes values of today from recorded values of types that had another name: results, decisions, inputs, answers, signals and outcomes of runs
/// that an earlier version of the application has written.
/// <code>
/// options.Upcasters.Add&lt;Claim&gt;("ClaimV1", old => new Claim(old.GetProperty("id").GetString()!, Currency: "EUR"));
/// </code>
/// Thread-safe; fill it before the first run is recovered.
/// </summary>
public sealed class UpcasterRegistry
{
    private readonly ConcurrentDictionary<(Type Type, string Recorded), Func<JsonElement, object?>> _upcasters = new();

    /// <summary>Adds an upcaster.</summary>
    /// <typeparam name="T">The type that the flow reads today.</typeparam>
    /// <param name="recordedType">The type as it was written then, by its name as C# code has it and without its namespace: <c>ClaimV1</c>, <c>List&lt;ClaimV1&gt;</c>, <c>int</c>.</param>
    /// <param name="upcast">
    /// Makes the one from the JSON of the other, as <see cref="FlowRuntimeOptions.SerializerOptions"/> wrote it. A pure function: it is called whenever the value is read, from any thread. When it throws, the run
    /// is held with a <see cref="FlowNondeterminismException"/> as the reason, and continues when it is recovered again with a better one.
    /// </param>
    /// <exception cref="DuplicateRegistrationException">There is one for these types already.</exception>
    public void Add<T>(string recordedType, Func<JsonElement, T> upcast)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recordedType);
        ArgumentNullException.ThrowIfNull(upcast);
        if (!_upcasters.TryAdd((typeof(T), recordedType), old => upcast(old))) throw new DuplicateRegistrationException("upcaster", $"{recordedType} to {TypeNames.Short(typeof(T))}");
    }

    internal Func<JsonElement, object?>? Find(Type type, string recordedType) => _upcasters.GetValueOrDefault((type, recordedType));
}
