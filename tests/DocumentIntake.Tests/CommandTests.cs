namespace DocumentIntake.Tests;

/// <summary>Called again, called wrongly, with other agents.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Cv = "Name: Ada Byron\nE-mail: ada@example.org\nPosition: Engineer\nCurriculum vitae\n";

    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Fact]
    public async Task The_same_content_is_filed_once_whatever_it_is_called()
    {
        var first = _desk.Write("ada.txt", Cv);
        var (code, output, _) = await _desk.RunAsync(first, _desk.Write("copy of ada.txt", Cv));
        Assert.Equal(IntakeApp.Done, code);
        Assert.Contains("1 filed now, 1 before", output, StringComparison.Ordinal);
        Assert.Single(_desk.Filed("applications"));

        (_, output, _) = await _desk.RunAsync(_desk.In);
        Assert.Contains("0 filed now, 2 before", output, StringComparison.Ordinal);

        _desk.Write("ada.txt", Cv + "Phone: 1\n");
        (_, output, _) = await _desk.RunAsync(_desk.In);
        Assert.Contains("1 filed now, 1 before", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instructions_change_without_a_build_and_a_retry_uses_them()
    {
        var letter = _desk.Write("letter.txt", "From: Ada\nDate: 2026-03-01\nReference: 7\nThe rhubarb was sour.\n");
        string[] again = [letter, "--today", "2026-03-31", "--retry"];
        Assert.Equal(IntakeApp.SomeNeedReview, (await _desk.RunAsync(again)).Code);
        Assert.Contains("none of the kinds", _desk.Reasons("letter"), StringComparison.Ordinal);

        var file = Path.Combine(_desk.Agents, "classifier.agent.json");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("Complaint: complaint", "Complaint: sour, complaint", StringComparison.Ordinal));
        var (code, output, _) = await _desk.RunAsync(again);

        Assert.Equal(IntakeApp.Done, code);
        Assert.Contains("classifier v2 is new", output, StringComparison.Ordinal);
        Assert.Contains("+ - Complaint: sour, complaint", output, StringComparison.Ordinal);
        Assert.Equal("7", _desk.Facts("complaints", "letter").GetProperty("reference").GetString());
        Assert.Empty(_desk.Filed("review"));
        Assert.Contains("0 filed now, 1 before", (await _desk.RunAsync(again)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_agent_file_is_told_with_its_line_and_nothing_is_filed()
    {
        await File.WriteAllTextAsync(Path.Combine(_desk.Agents, "order-reader.agent.json"), "{\n  \"nme\": \"order-reader\"\n}");
        var (code, _, error) = await _desk.RunAsync(_desk.Write("ada.txt", Cv));
        Assert.Equal(IntakeApp.BadAgents, code);
        Assert.Contains("order-reader.agent.json, line 2", error, StringComparison.Ordinal);
        Assert.Empty(_desk.Filed("applications"));
    }

    [Theory]
    [InlineData(IntakeApp.NoInput, "There is no file or folder", "nowhere")]
    [InlineData(IntakeApp.Usage, "no option --fast", "--fast")]
    [InlineData(IntakeApp.Usage, "a date such as", "--today", "tomorrow")]
    [InlineData(IntakeApp.Usage, "needs a value", "--today")]
    public async Task A_wrong_call_says_what_is_wrong(int code, string message, params string[] arguments)
    {
        var (actual, _, error) = await _desk.RunAsync(arguments);
        Assert.Equal(code, actual);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_shown_and_an_empty_folder_is_told()
    {
        Assert.Contains("usage: DocumentIntake", (await _desk.RunAsync("--help")).Output, StringComparison.Ordinal);
        Assert.Equal(IntakeApp.NoInput, (await _desk.RunAsync(_desk.In)).Code);
    }
}
