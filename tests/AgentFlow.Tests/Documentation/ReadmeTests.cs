using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentFlow.Tests.Documentation;

/// <summary>Every C# block of the README is compiled and run; where a text block follows, it is what the program prints.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
[Collection(nameof(ReadmeTests))]
public partial class ReadmeTests
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, All().Count)];

    [Fact]
    public void The_first_program_is_complete_before_line_15()
    {
        var lines = File.ReadAllLines(ReadmePath());
        var end = Array.IndexOf(lines, "```", Array.FindIndex(lines, line => line.StartsWith("```csharp", StringComparison.Ordinal)));
        Assert.InRange(end + 1, 1, 15);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task A_block_compiles_and_prints_what_the_README_says(int block)
    {
        var (code, output) = All()[block];
        var printed = await RunAsync(Compile(code));
        if (output is not null) Assert.Equal(output.Trim(), printed.ReplaceLineEndings("\n").Trim());
    }

    private static async Task<string> RunAsync(Assembly program)
    {
        var console = Console.Out;
        using var writer = new StringWriter();
        Console.SetOut(writer);
        try
        {
            var entry = program.EntryPoint!;
            var result = entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
            if (result is Task task) await task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            Console.SetOut(console);
        }

        return writer.ToString();
    }

    private static Assembly Compile(string code)
    {
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            $"Readme{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(code)],
            trusted.Where(path => path.EndsWith(".dll", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        var errors = emitted.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id != "CS1701");
        Assert.True(emitted.Success, $"{string.Join('\n', errors)}\n\n{code}");
        return Assembly.Load(image.ToArray());
    }

    /// <summary>The blocks with what stands before and behind them in a <c>setup</c> comment, and the text block that follows.</summary>
    private static List<(string Code, string? Output)> All() =>
    [
        .. BlockPattern().Matches(File.ReadAllText(ReadmePath()).ReplaceLineEndings("\n")).Select(match =>
        {
            var setup = match.Groups["setup"].Value.Split("\n---\n");
            var code = $"{setup[0]}\n{match.Groups["code"].Value}\n{(setup.Length > 1 ? setup[1] : "")}";
            return (code, match.Groups["output"].Success ? match.Groups["output"].Value : null);
        }),
    ];

    private static string ReadmePath([CallerFilePath] string testFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(testFile)!, "../../../README.md"));

    [GeneratedRegex("""(?:<!-- setup\n(?<setup>(?:(?!-->)[\s\S])*?)\n?-->\n)?```csharp\n(?<code>[\s\S]*?)\n```(?:\n\n```text\n(?<output>[\s\S]*?)\n```)?""")]
    private static partial Regex BlockPattern();
}
