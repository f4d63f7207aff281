using System.Globalization;
using System.Text;

namespace AgentFlow.Journaling.Files;

/// <summary>A segment that is never written again.</summary>
/// <param name="Name">Its file.</param>
/// <param name="BaseLsn">Its first frame may have this number.</param>
/// <param name="LastLsn">The number of its last frame, before compaction.</param>
/// <param name="Length">Its exact length in bytes.</param>
/// <param name="Link">The link of its last frame.</param>
internal sealed record SealedSegment(SegmentName Name, long BaseLsn, long LastLsn, int Length, uint Link);

/// <summary>
/// Which segments the journal consists of: a text file that is replaced as a whole. A segment it lists and that is not there
/// was lost; one it does not list is the left-over of a rotation or compaction that was cut off.
/// </summary>
internal sealed record Manifest(Guid StoreId, IReadOnlyList<SealedSegment> Sealed, SegmentName Active, long ActiveBaseLsn)
{
    public const string FileName = "MANIFEST";
    public const int Version = 1;

    public byte[] Encode()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"agentflow-journal {Version}\nstore {StoreId:N}\n");
        foreach (var s in Sealed)
        {
            text.Append(CultureInfo.InvariantCulture, $"sealed {s.Name} first {s.BaseLsn} last {s.LastLsn} length {s.Length} link {s.Link:x8}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"active {Active} first {ActiveBaseLsn}\n");
        uint crc = Crc32C.Append(0, Encoding.ASCII.GetBytes(text.ToString()));
        text.Append(CultureInfo.InvariantCulture, $"crc {crc:x8}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <exception cref="JournalCorruptException">The file is not a manifest, or not as it was written.</exception>
    /// <exception cref="JournalVersionException">The manifest is of another format.</exception>
    public static Manifest Decode(ReadOnlySpan<byte> bytes, string path)
    {
        int crcLine = bytes.LastIndexOf("\ncrc "u8) + 1;
        string end = string.Create(CultureInfo.InvariantCulture, $"crc {Crc32C.Append(0, bytes[..crcLine]):x8}\n");
        if (crcLine == 0 || !bytes[crcLine..].SequenceEqual(Encoding.ASCII.GetBytes(end)))
        {
            throw new JournalCorruptException(path, crcLine, null, "the manifest does not match its checksum");
        }

        string[] lines = Encoding.ASCII.GetString(bytes[..crcLine]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] first = lines[0].Split(' ');
        if (first is not ["agentflow-journal", var version]) throw new JournalCorruptException(path, 0, null, "this is not a manifest");
        if (Number(version) != Version) throw new JournalVersionException(path, Number(version), Version);

        var (storeId, active, activeBase, parts) = (Guid.Empty, default(SegmentName), 0L, new List<SealedSegment>());
        foreach (string line in lines.AsSpan(1))
        {
            switch (line.Split(' '))
            {
                case ["store", var id]: storeId = Guid.ParseExact(id, "N"); break;
                case ["active", var name, "first", var lsn]: (active, activeBase) = (Segment(name, path), Number(lsn)); break;
                case ["sealed", var name, "first", var from, "last", var to, "length", var length, "link", var link]:
                    parts.Add(new(Segment(name, path), Number(from), Number(to), (int)Number(length), uint.Parse(link, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                    break;
                default: throw new JournalCorruptException(path, 0, null, $"the manifest has an unknown line '{line}'");
            }
        }

        return new(storeId, parts, active, activeBase);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static SegmentName Segment(string name, string path) =>
        SegmentName.TryParse(name, out var segment) ? segment : throw new JournalCorruptException(path, 0, null, $"the manifest names no segment with '{name}'");
}
