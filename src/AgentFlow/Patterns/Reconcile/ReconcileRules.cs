using System.Runtime.CompilerServices;
using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>
/// How one value is made of several results: <c>r =&gt; r.Field(x =&gt; x.Amount, (x, amount) =&gt; x with { Amount = amount }).Judge(expert)</c>.
/// Without any rule, more than half of the results must be equal. Used during building only, not thread-safe.
/// </summary>
/// <remarks>
/// Results vote, each with the weight 1 unless said otherwise. What more than the demanded share agrees on prevails. Where nothing does, that is
/// a dispute: the rule for ties decides if it is one and there is such a rule, then the judge if there is one and it names a candidate,
/// then a human if one is to be asked; otherwise the flow ends with a <see cref="DisagreementException"/>.
/// </remarks>
/// <typeparam name="T">The type of the results.</typeparam>
public sealed class ReconcileRules<T>
{
    internal ReconcileRules()
    {
    }

    internal IEqualityComparer<T> Comparer { get; private set; } = EqualityComparer<T>.Default;

    internal Func<T, double>? WeightOf { get; private set; }

    internal Dictionary<string, double> Weights { get; } = new(StringComparer.Ordinal);

    internal List<ReconcileField<T>> Fields { get; } = [];

    internal double Share { get; private set; } = 0.5;

    internal int? Least { get; private set; }

    internal bool FirstWinsTies { get; private set; }

    internal Step<Dispute<T>, Ruling>? Arbiter { get; private set; }

    internal Func<Dispute<T>, Question<T>>? Question { get; private set; }

    /// <summary>What makes two results the same: their keys are equal. Default: the results' own equality.</summary>
    /// <typeparam name="TKey">The type of the key.</typeparam>
    /// <param name="key">Pure and synchronous.</param>
    public ReconcileRules<T> SameWhen<TKey>(Func<T, TKey> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Comparer = EqualityComparer<T>.Create((x, y) => EqualityComparer<TKey>.Default.Equals(key(x!), key(y!)), x => key(x!)?.GetHashCode() ?? 0);
        return this;
    }

    /// <summary>Reconciles a field by itself: the value that prevails goes into the result. What is no such field comes from the result that agrees with the most.</summary>
    /// <typeparam name="TField">The type of the field; compared with its default equality.</typeparam>
    /// <param name="get">Pure; reads the field.</param>
    /// <param name="set">Pure; the same result with another value of the field.</param>
    /// <param name="name">The field's name for people; what stands behind the dot when not given.</param>
    public ReconcileRules<T> Field<TField>(Func<T, TField> get, Func<T, TField, T> set, [CallerArgumentExpression(nameof(get))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(get);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Fields.Add(new ReconcileField<T, TField>(name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..].Trim(), get, set));
        return this;
    }

    /// <summary>Gives results weights, such as how sure they are.</summary>
    /// <param name="weight">Pure; zero or more.</param>
    public ReconcileRules<T> Weigh(Func<T, double> weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        WeightOf = weight;
        return this;
    }

    /// <summary>Gives a participant a weight; multiplied with the weight of its result.</summary>
    /// <param name="participant">Its name; of the second use of a step <c>name#2</c>, in a list its number from 1.</param>
    /// <param name="weight">Zero or more; the others have 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative or no number.</exception>
    public ReconcileRules<T> Weigh(string participant, double weight)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(participant);
        if (!(weight >= 0) || double.IsInfinity(weight)) throw new ArgumentOutOfRangeException(nameof(weight), weight, "Use zero or more.");
        Weights[participant] = weight;
        return this;
    }

    /// <summary>How much of the weight must agree: more than this share.</summary>
    /// <param name="share">From 0, where the strongest prevails however weak, to less than 1; 0.5 when not called.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of its range.</exception>
    public ReconcileRules<T> MoreThan(double share)
    {
        if (!(share >= 0 && share < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "Use 0 to less than 1.");
        Share = share;
        return this;
    }

    /// <summary>How many results there must be at least; participants that fail have none. Default: more than half of the participants.</summary>
    /// <param name="results">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public ReconcileRules<T> AtLeast(int results)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(results, 1);
        Least = results;
        return this;
    }

    /// <summary>When several values are equally strong and none is stronger, the one whose participant stands first prevails. Without this, a tie is a dispute.</summary>
    public ReconcileRules<T> TieToFirst()
    {
        FirstWinsTies = true;
        return this;
    }

    /// <summary>Lets a step or an agent decide disputes. Runs under its own name inside of the verb.</summary>
    /// <param name="judge">Names a candidate; of disputed fields, the candidate's values are taken. One that names none leaves the dispute open.</param>
    public ReconcileRules<T> Judge(Step<Dispute<T>, Ruling> judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        Arbiter = judge;
        return this;
    }

    /// <summary>Asks a human to decide disputes, and waits for the answer: one of the results, or a better one.</summary>
    /// <param name="question">Pure; what is asked.</param>
    public ReconcileRules<T> Ask(Func<Dispute<T>, Question<T>> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        Question = question;
        return this;
    }

    /// <summary>Asks a human to decide disputes, and waits for the answer; shows them the dispute.</summary>
    /// <param name="prompt">What is asked, in words.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    public ReconcileRules<T> Ask(string prompt, string? role = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prompt);
        return Ask(dispute => new Question<T>(prompt) { Context = dispute, Role = role });
    }
}
