using System.Buffers.Text;
using System.IO.Compression;
using System.Text;

namespace AgentFlow;

/// <summary>
/// A description as it is kept with a run, so that another process can say what differs and not only that something does: a line for each
/// node and edge, compressed. What does not fit is left out from the end.
/// </summary>
internal static class FlowStructure
{
    private const int MaxBytes = 3_072;
    private const int MaxText = 256 * 1024;
    private const char Separator = '\t';

    public static string Encode(FlowDescription flow)
    {
        var lines = flow.Nodes.Select(static node => Line("N", node.Id, node.Kind, node.Input, node.Output, node.Settings))
            .Concat(flow.Edges.Select(static edge => Line("E", edge.From, edge.To, edge.Label ?? "", edge.Kind.ToString())))
            .ToList();
        while (true)
        {
            var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
            if (text.Length <= MaxText && Compress(text) is { } packed) return packed;
            lines.RemoveRange(lines.Count / 2, lines.Count - lines.Count / 2);
        }
    }

    /// <summary>The lines; empty when they cannot be read: they explain, and nothing depends on them.</summary>
    public static IReadOnlyList<string[]> Decode(string? structure)
    {
        if (structure is null || !Base64.IsValid(structure)) return [];
        var text = new byte[MaxText];
        return BrotliDecoder.TryDecompress(Convert.FromBase64String(structure), text, out var length)
            ? [.. Encoding.UTF8.GetString(text, 0, length).Split('\n').Select(static line => line.Split(Separator))]
            : [];
    }

    private static string? Compress(byte[] text)
    {
        var packed = new byte[MaxBytes];
        return BrotliEncoder.TryCompress(text, packed, out var length, quality: 9, window: 18) ? Convert.ToBase64String(packed, 0, length) : null;
    }

    private static string Line(params IEnumerable<string> fields) => string.Join(Separator, fields.Select(static field => field.ReplaceLineEndings(" ").Replace(Separator, ' ')));
}
