using System.Text;
using AgentFlow.Agents;
using AgentFlow.Tests.Journaling.Files;

namespace AgentFlow.Tests.Agents.Registry;

public sealed class FileAgentStoreTests : AgentStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    private string Place => _directory.File("agents");

    internal override IAgentStore Open() => new FileAgentStore(Place);

    private async Task FillAsync()
    {
        var registry = new AgentRegistry(Open());
        for (var i = 1; i <= 3; i++) await registry.RegisterAsync(new() { Name = "a", Instructions = $"{i}" }, "ada", "test");
    }

    private string FileOf(int sequence) => Path.Combine(Place, $"0000000{sequence}.agent-change.json");

    private async Task<AgentStoreException> DamageAsync() => await Assert.ThrowsAsync<AgentStoreException>(async () => await Open().ReadAsync(0, default));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_cut_file_is_reported_with_its_name_and_nothing_is_skipped(int length)
    {
        await FillAsync();
        var content = await File.ReadAllBytesAsync(FileOf(3));
        await File.WriteAllBytesAsync(FileOf(3), content[..length]);
        Assert.Equal(FileOf(3), (await DamageAsync()).Place);
    }

    [Fact]
    public async Task A_changed_character_is_reported()
    {
        await FillAsync();
        var text = await File.ReadAllTextAsync(FileOf(2));
        await File.WriteAllTextAsync(FileOf(2), text.Replace("\"ada\"", "\"eve\"", StringComparison.Ordinal));
        Assert.Contains("hash", (await DamageAsync()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_reported()
    {
        await FillAsync();
        File.Delete(FileOf(2));
        var damage = await DamageAsync();
        Assert.Equal(FileOf(2), damage.Place);
        Assert.Contains("missing", damage.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_store_is_reported()
    {
        await FillAsync();
        var other = Path.Combine(_directory.Path, "other");
        await new AgentRegistry(new FileAgentStore(other)).RegisterAsync(new() { Name = "b", Instructions = "x" }, "eve", "test");
        File.Copy(Path.Combine(other, Path.GetFileName(FileOf(1))), FileOf(1), overwrite: true);
        Assert.Contains("exchanged", (await DamageAsync()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_later_format_is_refused()
    {
        await FillAsync();
        var text = await File.ReadAllTextAsync(FileOf(1));
        await File.WriteAllTextAsync(FileOf(1), text.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        Assert.Contains("format 2", (await DamageAsync()).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drafts_that_a_crash_has_left_are_not_looked_at()
    {
        await FillAsync();
        await File.WriteAllTextAsync(Path.Combine(Place, ".draft-1-1.tmp"), "{ \"for");
        await File.WriteAllTextAsync(Path.Combine(Place, "README.md"), "agents");
        Assert.Equal(3, (await Open().ReadAsync(0, default)).Count);
        Assert.Equal(5, Directory.GetFiles(Place).Length);
    }

    [Fact]
    public async Task A_place_that_cannot_be_written_is_said()
    {
        await File.WriteAllTextAsync(Place, "a file where the directory should be");
        var exception = await Assert.ThrowsAsync<AgentStoreException>(() => new AgentRegistry(Open()).RegisterAsync(new() { Name = "a", Instructions = "x" }, "ada", "test"));
        Assert.Contains("agents", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_registry_sees_what_was_changed_after_a_refresh()
    {
        var (one, other) = (new AgentRegistry(Open()), new AgentRegistry(Open()));
        await one.RegisterAsync(new() { Name = "a", Instructions = "1" }, "ada", "test");
        Assert.Null(other.Find("a"));
        await other.RefreshAsync();
        Assert.Single(other.Find("a")!.Versions);
        await other.ActivateAsync("a", 1, "bob", "test");
        await one.RegisterAsync(new() { Name = "a", Instructions = "2" }, "ada", "test");
        Assert.Equal((1, 2), (one.Find("a")!.Active!.Number, one.Find("a")!.Versions.Count));
    }

    [Fact]
    public async Task A_record_is_readable_text()
    {
        await FillAsync();
        Assert.Contains("\"reason\": \"test\"", await File.ReadAllTextAsync(FileOf(1), Encoding.UTF8), StringComparison.Ordinal);
    }

    public override void Dispose()
    {
        _directory.Dispose();
        base.Dispose();
    }
}
