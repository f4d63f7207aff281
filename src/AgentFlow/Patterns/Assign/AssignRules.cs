using System.Globalization;

namespace AgentFlow;

/// <summary>Who is preferred among those who are able and have not been tried.</summary>
internal abstract class AssignRule<TIn>
{
    public abstract string Name { get; }

    /// <summary>Whether it looks at what others do: nobody else chooses meanwhile.</summary>
    public virtual bool LooksAround => false;

    /// <summary>The place of the one who is chosen, and why.</summary>
    public abstract (int Index, string Reason) Choose(in AssignQuestion<TIn> question);

    /// <summary>The first place with the least value.</summary>
    protected static int Least(IReadOnlyList<IAssignable> candidates, Func<IAssignable, double> value)
    {
        var least = 0;
        for (var i = 1; i < candidates.Count; i++)
        {
            if (value(candidates[i]) < value(candidates[least])) least = i;
        }

        return least;
    }

    protected static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>One choice.</summary>
/// <param name="Task">What is to be done.</param>
/// <param name="Able">Everybody who is able.</param>
/// <param name="Left">Those of them who have not been tried; at least one.</param>
/// <param name="Verb">What turns are counted for.</param>
/// <param name="Workload">Who does how much.</param>
internal readonly record struct AssignQuestion<TIn>(TIn Task, IReadOnlyList<IAssignable> Able, IReadOnlyList<IAssignable> Left, object Verb, Workload Workload);

internal sealed class FirstRule<TIn> : AssignRule<TIn>
{
    public override string Name => "first";

    public override (int Index, string Reason) Choose(in AssignQuestion<TIn> question) => (0, "stands first");
}

internal sealed class CheapestRule<TIn> : AssignRule<TIn>
{
    public override string Name => "cheapest";

    public override (int Index, string Reason) Choose(in AssignQuestion<TIn> question)
    {
        var index = Least(question.Left, static candidate => candidate.Cost);
        return (index, $"the cheapest at {Text(question.Left[index].Cost)}");
    }
}

internal sealed class BestScoreRule<TIn> : AssignRule<TIn>
{
    public override string Name => "best-score";

    public override (int Index, string Reason) Choose(in AssignQuestion<TIn> question)
    {
        var index = Least(question.Left, static candidate => -candidate.Score);
        return (index, $"the best score, {Text(question.Left[index].Score)}");
    }
}

internal sealed class LeastBusyRule<TIn> : AssignRule<TIn>
{
    public override string Name => "least-busy";

    public override bool LooksAround => true;

    public override (int Index, string Reason) Choose(in AssignQuestion<TIn> question)
    {
        var workload = question.Workload;
        var index = Least(question.Left, candidate => workload.Of(candidate.Name));
        return (index, $"the least busy: {string.Join(", ", question.Left.Select(candidate => $"{candidate.Name} {workload.Of(candidate.Name)}"))}");
    }
}

internal sealed class RoundRobinRule<TIn> : AssignRule<TIn>
{
    public override string Name => "round-robin";

    public override (int Index, string Reason) Choose(in AssignQuestion<TIn> question)
    {
        // Whoever stands in for somebody that has failed does not lose a turn.
        return question.Left.Count < question.Able.Count ? (0, "the next in turn") : (question.Workload.NextTurn(question.Verb, question.Able.Count), "it is its turn");
    }
}

internal sealed class CodeRule<TIn>(Func<TIn, IReadOnlyList<string>, string> choose) : AssignRule<TIn>
{
    public override string Name => "code";

    public override (int Index, string Reason) Choose(in AssignQuestion<TIn> question)
    {
        string[] names = [.. question.Left.Select(candidate => candidate.Name)];
        var name = choose(question.Task, names);
        var index = Array.IndexOf(names, name);
        return index >= 0 ? (index, "chosen by code") : throw new InvalidOperationException($"It chose '{name}', who is not there. Name one of {string.Join(", ", names)}.");
    }
}
