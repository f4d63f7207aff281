namespace AgentFlow.Tests.Documentation;

/// <summary>Every C# block of the README is compiled and run; where a text block follows, it is what the program prints.</summary>
[Collection(nameof(CodeBlockRuns))]
public sealed class ReadmeTests
{
    private const string Page = "README.md";

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, CodeBlock.Of(Page).Count)];

    [Fact]
    public void The_first_program_is_complete_before_line_15()
    {
        var lines = File.ReadAllLines(CodeBlock.PathOf(Page));
        var end = Array.IndexOf(lines, "```", Array.FindIndex(lines, line => line.StartsWith("```csharp", StringComparison.Ordinal)));
        Assert.InRange(end + 1, 1, 15);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public Task A_block_compiles_and_prints_what_the_README_says(int block) => CodeBlock.Of(Page)[block].VerifyAsync();
}
