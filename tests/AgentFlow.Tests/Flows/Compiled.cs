using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentFlow.Tests.Flows;

/// <summary>Compiles a piece of flow code and says what the compiler said.</summary>
internal static class Compiled
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    /// <summary>One compilation for all snippets, so that the references are bound once.</summary>
    private static readonly CSharpCompilation Empty = CSharpCompilation.Create(
        "snippet",
        references: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "AgentFlow.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        options: new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The errors of an expression in a scope that has a builder, a few steps and graph nodes.</summary>
    public static IReadOnlyList<string> ErrorsOf(string expression)
    {
        var source = $$"""
            using System;
            using System.Collections.Generic;
            using System.Linq;
            using System.Threading.Tasks;
            using AgentFlow;

            class Snippet
            {
                static Task DoAsync(int x) => Task.CompletedTask;
                static Task<int> AskAsync(int x) => Task.FromResult(x);
                static ValueTask<int> ReadAsync(int x) => new(x);
                static ValueTask WriteAsync(int x) => default;
                static void Do(int x) { }

                static object Build(FlowBuilder<int, int> flow, FlowBuilder<int, (int, string)> pair, Step<int, int> step, Step<int, string> text, GraphBuilder<int> g, GraphNode<int> a, GraphNode<string> b) => {{expression}};
            }
            """;
        var tree = CSharpSyntaxTree.ParseText(source, Language);
        return [.. Empty.AddSyntaxTrees(tree).GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}")];
    }
}
