namespace AgentFlow.Tests.Documentation;

/// <summary>The six tasks on which people compare agent libraries: each runs, prints what the page says, and is short.</summary>
[Collection(nameof(CodeBlockRuns))]
public sealed class SixTasksTests
{
    private const string Page = "samples/SixTasks/README.md";
    private const int MostLines = 15;
    private const int LongestLine = 160;

    public static TheoryData<int> Tasks => [.. Enumerable.Range(0, 6)];

    [Fact]
    public void There_are_six_and_each_says_what_it_prints() =>
        Assert.Equal(6, CodeBlock.Of(Page).Count(block => !string.IsNullOrWhiteSpace(block.Output)));

    [Theory]
    [MemberData(nameof(Tasks))]
    public Task A_task_compiles_and_prints_what_the_page_says(int task) => CodeBlock.Of(Page)[task].VerifyAsync();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void A_task_takes_15_lines_at_the_most(int task)
    {
        var block = CodeBlock.Of(Page)[task];
        Assert.InRange(block.Lines, 1, MostLines);
        Assert.All(block.Shown.Split('\n'), line => Assert.InRange(line.Length, 0, LongestLine));
    }
}
