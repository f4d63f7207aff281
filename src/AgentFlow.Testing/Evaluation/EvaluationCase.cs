using System.Diagnostics;

namespace AgentFlow.Testing;

/// <summary>One thing to try: an input and, where it is known, what should come of it. Immutable.</summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TOut">What the flow yields.</typeparam>
[DebuggerDisplay("{Name}")]
public sealed record EvaluationCase<TIn, TOut>
{
    /// <summary>A case without an expected value: for scorers that judge the output alone.</summary>
    /// <param name="name">Names the case in reports and baselines; unique in an evaluation, not blank, at most 200 characters.</param>
    /// <param name="input">What the flow gets.</param>
    public EvaluationCase(string name, TIn input) => (Name, Input) = (name, input);

    /// <summary>A case with the value that should come of it.</summary>
    /// <param name="name">Names the case in reports and baselines; unique in an evaluation, not blank, at most 200 characters.</param>
    /// <param name="input">What the flow gets.</param>
    /// <param name="expected">What scorers hold the output against.</param>
    public EvaluationCase(string name, TIn input, TOut expected)
        : this(name, input) => (Expected, HasExpected) = (expected, true);

    /// <summary>The name in reports and baselines.</summary>
    public string Name { get; }

    /// <summary>What the flow gets.</summary>
    public TIn Input { get; }

    /// <summary>What should come of it; meaningless unless <see cref="HasExpected"/>.</summary>
    public TOut? Expected { get; }

    /// <summary>Whether there is an expected value.</summary>
    public bool HasExpected { get; }

    /// <summary>Words of the author's choice, kept in the report.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
