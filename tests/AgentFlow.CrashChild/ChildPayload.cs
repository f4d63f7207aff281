using System.Globalization;
using System.Text;

namespace AgentFlow.CrashChild;

/// <summary>
/// The content of a record, which follows from its place: who reads it back can tell whether it is the right one, and
/// whether the append it came with is there as a whole.
/// </summary>
internal static class ChildPayload
{
    public static byte[] Create(string run, long sequence, long lastOfAppend)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{run}/{sequence}/{lastOfAppend}/");
        byte[] payload = new byte[text.Length + (Crc(text) % 700)];
        payload.AsSpan().Fill((byte)'.');
        Encoding.ASCII.GetBytes(text, payload);
        return payload;
    }

    /// <summary>The sequence the append ended with, or 0 when the payload is not the one of this place.</summary>
    public static long LastOfAppend(string run, long sequence, ReadOnlySpan<byte> payload)
    {
        string[] parts = Encoding.ASCII.GetString(payload).Split('/');
        if (parts.Length != 4 || !long.TryParse(parts[2], CultureInfo.InvariantCulture, out long last)) return 0;
        return payload.SequenceEqual(Create(run, sequence, last)) ? last : 0;
    }

    private static uint Crc(string text) => Journaling.Files.Crc32C.Append(0, Encoding.ASCII.GetBytes(text));
}
