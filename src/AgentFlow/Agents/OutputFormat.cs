using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>What an agent demands of its model's final answer, and how it reads it.</summary>
internal abstract class OutputFormat<TOut>
{
    /// <summary>What the model's service is told, or null for plain text.</summary>
    public virtual ChatResponseFormat? Format => null;

    /// <summary>Reads an answer, or says what is wrong with it in words meant for the model.</summary>
    public abstract bool TryRead(string text, out TOut result, [NotNullWhen(false)] out string? problem);

    public static OutputFormat<TOut> Create(JsonSerializerOptions json) =>
        typeof(TOut) == typeof(string) ? (OutputFormat<TOut>)(object)new TextOutput() : new JsonOutput<TOut>(json);
}

internal sealed class TextOutput : OutputFormat<string>
{
    public override bool TryRead(string text, out string result, [NotNullWhen(false)] out string? problem)
    {
        (result, problem) = (text, null);
        return true;
    }
}

internal sealed class JsonOutput<TOut> : OutputFormat<TOut>
{
    private readonly JsonTypeInfo<TOut> _type;
    private readonly WrappedSchema _schema;

    public JsonOutput(JsonSerializerOptions json)
    {
        _type = JsonText.TypeOf<TOut>(json);
        _schema = WrappedSchema.Of(typeof(TOut), json, "answer");
        Format = ChatResponseFormat.ForJsonSchema(_schema.Schema, SchemaName());
    }

    public override ChatResponseFormat Format { get; }

    public override bool TryRead(string text, out TOut result, [NotNullWhen(false)] out string? problem)
    {
        result = default!;
        try
        {
            using var document = JsonDocument.Parse(JsonText.Unfenced(text));
            var value = _schema.Unwrap(document.RootElement);
            problem = _schema.Rule.Problem(value, _type.Options);
            if (problem is not null) return false;
            var read = value.Deserialize(_type);
            if (read is null && default(TOut) is null && Nullable.GetUnderlyingType(typeof(TOut)) is null) problem = "it is null";
            else result = read!;
        }
        catch (Exception exception)
        {
            problem = JsonText.Problem(exception);
        }

        return problem is null;
    }

    /// <summary>Services accept letters, digits, underscores and hyphens.</summary>
    private static string SchemaName()
    {
        var name = TypeNames.Short(typeof(TOut));
        return string.Create(Math.Min(name.Length, 64), name, static (target, name) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
        });
    }
}
