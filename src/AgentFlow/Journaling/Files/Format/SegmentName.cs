using System.Globalization;

namespace AgentFlow.Journaling.Files;

/// <summary>The name of a segment file: its place in the journal, and how often it was rewritten by compaction.</summary>
internal readonly record struct SegmentName(int Number, int Generation)
{
    private const string Extension = ".seg";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number:D8}-{Generation}{Extension}");

    public static bool TryParse(string name, out SegmentName segment)
    {
        segment = default;
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !name.EndsWith(Extension, StringComparison.Ordinal)) return false;
        if (!int.TryParse(name.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return false;
        if (!int.TryParse(name.AsSpan(dash + 1, name.Length - dash - 1 - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int generation)) return false;
        segment = new(number, generation);
        return segment.ToString() == name;
    }
}
