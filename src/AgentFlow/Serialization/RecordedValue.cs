using System.Text;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>The one reader of values that a journal has kept: as the type that is asked for, through an upcaster when they were of another.</summary>
internal static class RecordedValue
{
    /// <summary>Reads a value.</summary>
    /// <param name="runtime">Whose serializer and upcasters.</param>
    /// <param name="path">Where it is recorded.</param>
    /// <param name="what">What it is, in words.</param>
    /// <param name="payload">The value.</param>
    /// <param name="recorded">The type it was written as; null when the entry does not say.</param>
    /// <exception cref="FlowNondeterminismException">It cannot be read as such.</exception>
    public static T Read<T>(FlowRuntime runtime, StepPath path, string what, Payload payload, string? recorded) =>
        (T)Read(typeof(T), recorded is null ? typeof(T) : WrittenType.Named<T>(recorded), runtime, path, what, payload, recorded)!;

    public static T Read<T>(FlowRuntime runtime, StepPath path, string what, JsonElement value, string? recorded) => Read<T>(runtime, path, what, PayloadOf(value), recorded);

    public static object? Read(Type type, FlowRuntime runtime, StepPath path, string what, JsonElement value, string? recorded) =>
        Read(type, recorded is null || recorded == TypeNames.Short(type) ? type : null, runtime, path, what, PayloadOf(value), recorded);

    public static string CureOf(string expected, string recorded) =>
        $"Say how to make the one from the other, FlowRuntimeOptions.Upcasters.Add<{expected}>(\"{recorded}\", old => …), or keep the version of the flow registered that reads it.";

    private static Payload PayloadOf(JsonElement value) => new(Encoding.UTF8.GetBytes(value.GetRawText()));

    private static object? Read(Type type, Type? written, FlowRuntime runtime, StepPath path, string what, Payload payload, string? recorded)
    {
        var expected = TypeNames.Short(type);
        var upcast = written is null ? runtime.Options.Upcasters.Find(type, recorded!) : null;
        if (written is null && upcast is null)
        {
            throw new FlowNondeterminismException(path, $"{what} of type {recorded}", expected, CureOf(expected, recorded!)) { IsCurable = true };
        }

        try
        {
            return upcast is null ? payload.Read(written!, runtime.Json) : upcast(payload.ToElement());
        }
        catch (Exception exception)
        {
            // Constructors, setters and converters of the host's types run here too, and throw what they like.
            var cure = upcast is null
                ? $"{exception.Message} The type has got another shape under its name, or refuses what it took then. Give it defaults or a converter, or a new name and an upcaster in FlowRuntimeOptions.Upcasters."
                : $"The upcaster from {recorded} failed with {exception.GetType().Name}: {exception.Message} Mend it, and recover the run again.";
            throw new FlowNondeterminismException(path, $"{what}{(recorded is null ? "" : $" of type {recorded}")} that reads {EntryText.Short(payload.ToElement().GetRawText())}", expected, cure, exception) { IsCurable = true };
        }
    }
}
