using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable.Golden;

/// <summary>An entry as text, one line for each of its fields: for people, and to compare.</summary>
internal static class EntryText
{
    /// <summary>The value has another type before it is stored; it is compared as JSON.</summary>
    private static readonly string[] Typed = ["Result", "Choice", "Input", "Payload"];

    /// <summary>What is stored and not for users.</summary>
    private static readonly string[] Inner = ["Options", "Succession", "Flow", "ResultType"];

    /// <summary>Came after the golden histories were written, which say nothing of it where it is false.</summary>
    private static readonly string[] Later = ["IsCached"];

    private static readonly JsonSerializerOptions Json = new(GoldenEntryTests.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = false };

    public static IEnumerable<string> Of(JournalEntry entry) => Lines($"{entry.Sequence} {entry.Kind}", entry);

    private static IEnumerable<string> Lines(string name, object? value)
    {
        switch (value)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Null }: return [];
            case string text: return [$"{name} = {JsonSerializer.Serialize(text, Json)}"];
            case StepPath or RunId or Enum or bool: return [$"{name} = {value}"];
            case DateTimeOffset date: return [$"{name} = {date:O}"];
            case IFormattable number: return [$"{name} = {number.ToString(null, CultureInfo.InvariantCulture)}"];
            case JsonElement json: return [$"{name} = {JsonSerializer.Serialize(json, Json)}"];
            case IDictionary map: return map.Keys.Cast<string>().Order(StringComparer.Ordinal).SelectMany(key => Lines($"{name}[{JsonSerializer.Serialize(key, Json)}]", JsonSerializer.SerializeToElement(map[key], Json)));
            case IEnumerable list: return list.Cast<object>().OrderBy(item => item is string text ? text : "", StringComparer.Ordinal).SelectMany((item, i) => Lines($"{name}[{i}]", item));
            default: return value.GetType().GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
                .Where(property => (property.GetMethod!.IsPublic || Inner.Contains(property.Name)) && property.PropertyType != typeof(Type) && !Typed.Contains(property.Name) && property.GetIndexParameters().Length == 0)
                .Where(property => !(Later.Contains(property.Name) && property.GetValue(value) is false))
                .OrderBy(property => property.Name, StringComparer.Ordinal)
                .SelectMany(property => Lines($"{name}.{property.Name}", property.Name == "Value" && property.GetValue(value) is { } payload ? JsonSerializer.SerializeToElement(payload, Json) : property.GetValue(value)));
        }
    }
}
