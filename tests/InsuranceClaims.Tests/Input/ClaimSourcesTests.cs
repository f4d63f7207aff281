namespace InsuranceClaims.Tests.Input;

public sealed class ClaimSourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("claims-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_gives_its_post_in_order_and_nothing_else()
    {
        foreach (var name in (string[])["b.md", "a.TXT", "c.eml", "photo.jpg", "notes.docx"])
            File.WriteAllText(Path.Combine(_folder, name), "x");
        Assert.Equal(["a", "b", "c"], ClaimSources.Find([_folder]).Select(source => source.Id));
    }

    [Fact]
    public void A_file_that_is_named_is_taken_whatever_it_is_called()
    {
        var path = Path.Combine(_folder, "letter.log");
        File.WriteAllText(path, "x");
        Assert.Equal(path, Assert.Single(ClaimSources.Find([path, path])).Path);
    }

    [Fact]
    public void Two_files_of_one_name_get_two_ids()
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), "x");
        File.WriteAllText(Path.Combine(_folder, "a.md"), "x");
        Assert.Equal(["a", "a-2"], ClaimSources.Find([_folder]).Select(source => source.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nowhere")]
    public void A_path_without_post_is_named_in_the_error(string name)
    {
        var path = Path.Combine(_folder, name);
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => ClaimSources.Find([path])).Message, StringComparison.Ordinal);
    }
}
