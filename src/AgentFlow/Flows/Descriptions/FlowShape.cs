using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFlow;

/// <summary>
/// What a flow consists of, computed once when it is built and shared by its copies under other names and options. A flow that
/// contains others refers to their shapes: the work does not grow with what is nested or shared.
/// </summary>
internal sealed class FlowShape
{
    private const int HashBytes = 16;

    public FlowShape(Type input, Type output, Action<FlowSketch> describe)
    {
        var sketch = new FlowSketch("");
        sketch.Add("/(input)", "input", "input", input, input);
        describe(sketch);
        sketch.Add("/(output)", "output", "output", output, output);
        Parts = sketch.Steps;
        IsIrreversible = Parts.Any(part => part.Step.IsIrreversible);
        Hash = HashOf(sketch.Identity());
    }

    /// <summary>The steps of the flow with their paths from its own; what is inside of nested flows is theirs.</summary>
    public IReadOnlyList<StepPlace> Parts { get; }

    /// <summary>Whether something inside must not happen twice.</summary>
    public bool IsIrreversible { get; }

    /// <summary>A hash over everything inside, nested flows included.</summary>
    public string Hash { get; }

    /// <summary>Every text goes in with its length in front, so that no two structures give the same bytes.</summary>
    public static string HashOf(params IEnumerable<string> texts) => HashOf(HashBytes, texts);

    /// <inheritdoc cref="HashOf(IEnumerable{string})"/>
    public static string HashOf(int bytes, IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            var content = Encoding.UTF8.GetBytes(text);
            hash.AppendData(Encoding.ASCII.GetBytes(content.Length.ToString(CultureInfo.InvariantCulture) + ":"));
            hash.AppendData(content);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, bytes));
    }
}
