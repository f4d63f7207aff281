using System.Text;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

public sealed class FormatTests
{
    private static readonly SegmentHeader s_header = new(new Guid("0f0e0d0c-0b0a-0908-0706-050403020100"), new SegmentName(7, 2), 41, 5);

    [Fact]
    public void Crc32c_gives_the_value_of_the_specification()
    {
        Assert.Equal(0xE3069283u, Crc32C.Append(0, "123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Append(0, new byte[32]));
    }

    [Fact]
    public void Crc32c_of_parts_is_the_crc_of_the_whole()
    {
        byte[] bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        for (int cut = 0; cut <= bytes.Length; cut += 7)
        {
            Assert.Equal(Crc32C.Append(0, bytes), Crc32C.Append(Crc32C.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }

    [Theory]
    [InlineData("00000001-0.seg", true)]
    [InlineData("12345678-12.seg", true)]
    [InlineData("123456789-0.seg", true)]
    [InlineData("1-0.seg", false)]
    [InlineData("00000001-00.seg", false)]
    [InlineData("00000001-0.seg.tmp", false)]
    [InlineData("00000001.seg", false)]
    [InlineData("MANIFEST", false)]
    public void A_segment_name_is_read_only_in_the_form_it_is_written(string name, bool isSegment) =>
        Assert.Equal(isSegment, SegmentName.TryParse(name, out _));

    [Fact]
    public void A_segment_header_is_read_as_written_and_no_bit_can_change()
    {
        byte[] bytes = new byte[SegmentHeader.Size];
        s_header.Write(bytes);
        Assert.Equal(s_header, SegmentHeader.Read(bytes, "file"));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<JournalCorruptException>(() => SegmentHeader.Read(bytes, "file"));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_manifest_is_read_as_written_and_no_bit_can_change()
    {
        var manifest = new Manifest(s_header.StoreId, [new(new(1, 3), 1, 9, 4096, 0xDEADBEEF), new(new(2, 0), 10, 12, 700, 1)], new(3, 0), 13);
        byte[] bytes = manifest.Encode();
        var read = Manifest.Decode(bytes, "file");
        Assert.Equal(manifest.Sealed, read.Sealed);
        Assert.Equal((manifest.StoreId, manifest.Active, manifest.ActiveBaseLsn), (read.StoreId, read.Active, read.ActiveBaseLsn));
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<JournalCorruptException>(() => Manifest.Decode(bytes, "file"));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<JournalCorruptException>(() => Manifest.Decode(bytes.AsSpan(0, length), "file"));
        }
    }

    [Fact]
    public void A_newer_manifest_is_refused_by_its_version()
    {
        string text = Encoding.ASCII.GetString(new Manifest(s_header.StoreId, [], new(1, 0), 1).Encode()).Replace("journal 1", "journal 2", StringComparison.Ordinal);
        byte[] body = Encoding.ASCII.GetBytes(text[..(text.LastIndexOf("\ncrc", StringComparison.Ordinal) + 1)]);
        byte[] bytes = [.. body, .. Encoding.ASCII.GetBytes($"crc {Crc32C.Append(0, body):x8}\n")];
        var refused = Assert.Throws<JournalVersionException>(() => Manifest.Decode(bytes, "file"));
        Assert.Equal((2, 1), (refused.Version, refused.SupportedVersion));
    }

    [Fact]
    public void Frames_of_another_place_are_not_valid()
    {
        byte[] frame = new byte[FrameHeader.Size + 8];
        FrameHeader.Seal(frame, s_header.Salt, 41, 40, s_header.Salt, 0);
        Assert.True(FrameHeader.TryRead(frame, s_header.Salt, out _));
        Assert.False(FrameHeader.TryRead(frame, (s_header with { StoreId = Guid.Empty }).Salt, out _));
        Assert.False(FrameHeader.TryRead(frame, (s_header with { Name = new(8, 2) }).Salt, out _));
        Assert.False(FrameHeader.TryRead(frame, (s_header with { Name = new(7, 1) }).Salt, out _));
        Assert.True(FrameHeader.TryRead(frame, (s_header with { Epoch = 9 }).Salt, out _));
    }
}
