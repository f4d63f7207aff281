using System.Globalization;
using System.Text.Json;

namespace AgentFlow;

/// <summary>On which line of a JSON text each place is, and which properties it has twice.</summary>
internal sealed class LineIndex
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly List<(string Place, string Name)> _duplicates = [];
    private int _line = 1;
    private int _counted;

    /// <summary>Properties that an object has more than once: only the last one would count.</summary>
    public IReadOnlyList<(string Place, string Name)> Duplicates => _duplicates;

    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static LineIndex Of(ReadOnlySpan<byte> json)
    {
        var index = new LineIndex();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        index.Walk(ref reader, json, "$");
        if (reader.Read()) throw new JsonException("there is something behind the end");
        return index;
    }

    /// <summary>The line of a place, or of the nearest one around it.</summary>
    public int? LineOf(string place)
    {
        while (true)
        {
            if (_lines.TryGetValue(place, out var line)) return line;
            var cut = place.LastIndexOfAny(['.', '[']);
            if (cut < 0) return null;
            place = place[..cut];
        }
    }

    private void Walk(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string place)
    {
        _lines.TryAdd(place, LineAt(json, (int)reader.TokenStartIndex));
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                var inner = $"{place}.{name}";
                if (!names.Add(name)) _duplicates.Add((inner, name));
                _lines.TryAdd(inner, LineAt(json, (int)reader.TokenStartIndex));
                reader.Read();
                Walk(ref reader, json, inner);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Walk(ref reader, json, string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]"));
            }
        }
    }

    private int LineAt(ReadOnlySpan<byte> json, int position)
    {
        _line += json[_counted..position].Count((byte)'\n');
        _counted = position;
        return _line;
    }
}
