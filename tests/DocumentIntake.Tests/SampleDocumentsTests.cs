namespace DocumentIntake.Tests;

/// <summary>The documents that come with the sample: where each of them ends, and that none is lost.</summary>
public sealed class SampleDocumentsTests : IDisposable
{
    private static readonly string[] Folders = ["invoices", "orders", "complaints", "applications", "review"];

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task Every_document_ends_in_one_folder_as_it_came()
    {
        var (code, output, _) = await _desk.RunAsync();

        Assert.Equal(IntakeApp.SomeNeedReview, code);
        Assert.Contains("1 in applications, 1 in complaints, 4 in invoices, 1 in orders, 8 in review; 15 filed now, 0 before", output, StringComparison.Ordinal);
        foreach (var document in Directory.GetFiles(Desk.Documents).Where(file => !Path.GetFileName(file).StartsWith('.')))
        {
            var copy = Assert.Single(Folders.SelectMany(folder => _desk.Filed(folder)[Path.GetFileNameWithoutExtension(document)]), file => file.EndsWith(".txt", StringComparison.Ordinal));
            Assert.Equal(await File.ReadAllBytesAsync(document), await File.ReadAllBytesAsync(copy));
        }
    }

    [Fact]
    public async Task What_was_read_is_right()
    {
        await _desk.RunAsync();

        var rechnung = _desk.Facts("invoices", "02-holzbau-latin1");
        Assert.Equal(("Holzbau Größner GmbH", "2026-118", 1888.53m), (rechnung.GetProperty("supplier").GetString(), rechnung.GetProperty("number").GetString(), rechnung.GetProperty("total").GetDecimal()));
        Assert.Equal(2, rechnung.GetProperty("lines").GetArrayLength());
        Assert.Equal("Warehouse supervisor", _desk.Facts("applications", "10-cv-okafor").GetProperty("position").GetString());
        Assert.Equal("4471-B", _desk.Facts("complaints", "08-complaint-lamp").GetProperty("reference").GetString());
    }

    [Fact]
    public async Task A_wrong_reading_goes_back_with_the_reasons_and_is_put_right()
    {
        var (_, output, _) = await _desk.RunAsync();

        Assert.Equal(1184.05m, _desk.Facts("invoices", "03-two-pages").GetProperty("total").GetDecimal());
        Assert.Equal("2026-03-12", _desk.Facts("invoices", "04-us-dates").GetProperty("date").GetString());
        Assert.Equal(2, output.Split("right at reading 2").Length - 1);
    }

    [Theory]
    [InlineData("05-sums-wrong", "lines: 12 × 28 is not 366", "net and vat add up to 1473.22, not to total 1743.22")]
    [InlineData("07-bestellung-termin", "delivery 2026-03-02 is before date 2026-03-27")]
    [InlineData("09-complaint-anonymous", "customer is missing", "reference is missing")]
    [InlineData("11-newsletter", "none of the kinds")]
    [InlineData("12-noise", "not text")]
    [InlineData("13-empty", "the file is empty")]
    [InlineData("14-huge", "larger than 64 KB")]
    [InlineData("15-gives-orders", "not to total 9107.1")]
    public async Task What_stays_wrong_goes_to_a_person_with_every_reason(string document, params string[] reasons)
    {
        await _desk.RunAsync(Path.Combine(Desk.Documents, document + ".txt"), "--today", "2026-03-31");

        foreach (var reason in reasons) Assert.Contains(reason, _desk.Reasons(document), StringComparison.Ordinal);
    }
}
