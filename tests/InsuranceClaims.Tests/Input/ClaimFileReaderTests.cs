using System.Text;

namespace InsuranceClaims.Tests.Input;

public sealed class ClaimFileReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("claims-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Old_mail_programs_umlauts_are_read()
    {
        var file = await ClaimFileReader.ReadAsync(Write("a.txt", Encoding.Latin1.GetBytes("Schöne Grüße")));
        Assert.Equal(("a", "a.txt", "Schöne Grüße"), (file.Id, file.Name, file.Text));
    }

    [Fact]
    public async Task Utf16_with_its_mark_is_text() =>
        Assert.Equal("Grüße", (await ClaimFileReader.ReadAsync(Write("a.txt", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Grüße")]))).Text);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n\t\n", "is empty")]
    [InlineData("PK\u0003\u0004\0\0", "is binary")]
    [InlineData("abc\u0001\u0002\u0003", "is binary")]
    public async Task A_file_without_text_is_refused_by_name(string content, string why)
    {
        var path = Write("odd.txt", Encoding.Latin1.GetBytes(content));
        var refused = await Assert.ThrowsAsync<UnreadableClaimException>(() => ClaimFileReader.ReadAsync(path));
        Assert.StartsWith("odd.txt: " + why, refused.Message, StringComparison.Ordinal);
        Assert.Equal(path, refused.FilePath);
    }

    [Fact]
    public async Task A_huge_file_is_refused_with_both_sizes()
    {
        using var huge = new OversizedClaim();
        var refused = await Assert.ThrowsAsync<UnreadableClaimException>(() => ClaimFileReader.ReadAsync(huge.FilePath));
        Assert.Contains("5.0 MB", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 MB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_refused_by_name() => Assert.StartsWith(
        "gone.txt: cannot be opened",
        (await Assert.ThrowsAsync<UnreadableClaimException>(() => ClaimFileReader.ReadAsync(Path.Combine(_folder, "gone.txt")))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task Every_file_of_the_sample_can_be_read()
    {
        foreach (var source in ClaimSources.Find([SampleFiles.Claims]))
            Assert.DoesNotContain("\uFFFD", (await ClaimFileReader.ReadAsync(source.Path)).Text, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
