using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentFlow.Tests.Documentation;

/// <summary>A C# block of a page, with what a <c>setup</c> comment puts before and behind it, and the text block that follows.</summary>
internal sealed partial record CodeBlock(string Shown, string Program, string? Output)
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>Lines of code: without blank ones, comments, usings and data types.</summary>
    public int Lines => Shown.Split('\n').Select(line => line.Trim()).Count(line => line.Length > 0 && !Uncounted().IsMatch(line));

    public static List<CodeBlock> Of(string page) =>
    [
        .. Pattern().Matches(File.ReadAllText(PathOf(page)).ReplaceLineEndings("\n")).Select(match =>
        {
            var shown = match.Groups["code"].Value;
            var setup = match.Groups["setup"].Value.Split("\n---\n");
            var program = $"{setup[0]}\n{shown}\n{(setup.Length > 1 ? setup[1] : "")}";
            return new CodeBlock(shown, program, match.Groups["output"].Success ? match.Groups["output"].Value : null);
        }),
    ];

    public static string PathOf(string page, [CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../..", page));

    /// <summary>Compiles and runs the block, and compares what it prints.</summary>
    public async Task VerifyAsync()
    {
        var printed = await RunAsync(Compile(Program));
        if (Output is not null) Assert.Equal(Output.Trim(), printed.ReplaceLineEndings("\n").Trim());
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
            $"Page{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(code)],
            trusted.Where(path => path.EndsWith(".dll", StringComparison.Ordinal)).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        var errors = emitted.Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Id != "CS1701");
        Assert.True(emitted.Success, $"{string.Join('\n', errors)}\n\n{code}");
        return Assembly.Load(image.ToArray());
    }

    [GeneratedRegex("""(?:<!-- setup\n(?<setup>(?:(?!-->)[\s\S])*?)\n?-->\n)?```csharp\n(?<code>[\s\S]*?)\n```(?:\n\n```text\n(?<output>[\s\S]*?)\n```)?""")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^(//|using [\w.]+;|(public |sealed )*(record|enum) )")]
    private static partial Regex Uncounted();
}

/// <summary>Blocks print to the one console of the process, so they run one after the other.</summary>
[CollectionDefinition(nameof(CodeBlockRuns), DisableParallelization = true)]
public sealed class CodeBlockRuns;
