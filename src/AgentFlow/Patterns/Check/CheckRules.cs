using System.Runtime.CompilerServices;

namespace AgentFlow;

/// <summary>
/// What a value must fulfil before it goes on: <c>c =&gt; c.Require(x =&gt; x.Amount &gt; 0, "the amount is missing").Judge(reviewer)</c>. All
/// rules are tried, so that all reasons are known at once; the judges are asked when every rule of code holds. Used during building only,
/// not thread-safe.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class CheckRules<T>
{
    internal CheckRules()
    {
    }

    internal List<Func<T, IEnumerable<string>>> Code { get; } = [];

    internal List<Step<T, Verdict>> Judges { get; } = [];

    /// <summary>A condition that must hold.</summary>
    /// <param name="rule">Pure and synchronous. One that throws ends the flow: the value goes nowhere.</param>
    /// <param name="reason">What is wrong when it does not hold, for whoever has to put it right; the text of the rule when not given.</param>
    public CheckRules<T> Require(Func<T, bool> rule, [CallerArgumentExpression(nameof(rule))] string reason = "")
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        string[] broken = [reason];
        Code.Add(value => rule(value) ? [] : broken);
        return this;
    }

    /// <summary>Code that lists everything that is wrong; nothing when the value is right.</summary>
    /// <param name="defects">Pure and synchronous.</param>
    public CheckRules<T> Require(Func<T, IEnumerable<string>> defects)
    {
        ArgumentNullException.ThrowIfNull(defects);
        Code.Add(defects);
        return this;
    }

    /// <summary>A step or an agent that says whether the value is ready. Runs under its own name inside of the verb.</summary>
    /// <param name="judge">The judge. When it fails, the flow fails: a value that nobody could judge goes nowhere.</param>
    public CheckRules<T> Judge(Step<T, Verdict> judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        Judges.Add(judge);
        return this;
    }
}
