namespace AgentFlow.Tests.Runs.Programs;

internal enum Ending
{
    Value,
    Failure,
    Never,
}

internal readonly record struct Outcome(Ending Ending, int Value = 0)
{
    public static readonly Outcome Failure = new(Ending.Failure);
    public static readonly Outcome Never = new(Ending.Never);
}

/// <summary>What a program means: one number after the other, no concurrency, no journal.</summary>
internal sealed class Interpreter(Numbering ids)
{
    public static Outcome Run(Node program, int input) => new Interpreter(new Numbering(program)).Run(program, input, attempt: 1);

    private Outcome Run(Node node, int x, int attempt) => node switch
    {
        Effect { Body: Body.Fails or Body.FailsLater } or Throw => Outcome.Failure,
        Effect { Body: Body.Flaky } when attempt == 1 => Outcome.Failure,
        Effect { Body: Body.Hangs } => Outcome.Never,
        Effect or Question => Value(Mix(x, ids[node])),
        Pause or Chance => Value(x),
        Sequence sequence => Chain(sequence.Children, x, attempt),
        All all => Join(all.Children.Select(child => Run(child, x, attempt)), int.MaxValue),
        Any any => Race(any.Children.Select(child => Run(child, x, attempt)).ToList(), Mix(x, ids[node])),
        Choose choose => Run(x % 2 == 0 ? choose.Even : choose.Odd, x, attempt),
        Try attempted => Run(attempted.Tried, x, attempt) is { Ending: not Ending.Failure } tried ? tried : Run(attempted.Handler, x, attempt),
        Repeat repeat => Chain(Enumerable.Repeat(repeat.Repeated, repeat.Times), x, attempt),
        Each each => Join(Enumerable.Range(0, each.Items).Select(i => Run(each.Applied, x + i, attempt)), each.MaxParallel),
        Nested nested => Retry(nested, x),
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "Unknown node."),
    };

    public static int Mix(int x, int id) => unchecked((x * 31) + id);

    private static Outcome Value(int value) => new(Ending.Value, value);

    private Outcome Chain(IEnumerable<Node> nodes, int x, int attempt)
    {
        foreach (var node in nodes)
        {
            var next = Run(node, x, attempt);
            if (next.Ending != Ending.Value) return next;
            x = next.Value;
        }

        return Value(x);
    }

    /// <summary>A failure decides, unless so many branches hang before it that it never starts.</summary>
    private static Outcome Join(IEnumerable<Outcome> branches, int maxParallel)
    {
        var hanging = 0;
        var sum = 0;
        foreach (var branch in branches)
        {
            if (hanging == maxParallel) return Outcome.Never;
            if (branch.Ending == Ending.Failure) return Outcome.Failure;
            if (branch.Ending == Ending.Never) hanging++;
            sum = unchecked((sum * 17) + branch.Value);
        }

        return hanging > 0 ? Outcome.Never : Value(sum);
    }

    private static Outcome Race(List<Outcome> branches, int value) =>
        branches.Exists(branch => branch.Ending == Ending.Value) ? Value(value)
        : branches.Exists(branch => branch.Ending == Ending.Never) ? Outcome.Never
        : Outcome.Failure;

    private Outcome Retry(Nested nested, int x)
    {
        var outcome = Outcome.Failure;
        for (var attempt = 1; attempt <= nested.Retries + 1 && outcome.Ending == Ending.Failure; attempt++)
        {
            outcome = Run(nested.Inner, x, attempt);
            if (outcome.Ending == Ending.Never && nested.IsTimed) outcome = Outcome.Failure;
        }

        return outcome;
    }
}

/// <summary>Numbers the nodes of a program from 1; the numbers are part of names and results.</summary>
internal sealed class Numbering
{
    private readonly Dictionary<Node, int> _ids = new(ReferenceEqualityComparer.Instance);

    public Numbering(Node root) => Add(root);

    public int this[Node node] => _ids[node];

    private void Add(Node node)
    {
        _ids.Add(node, _ids.Count + 1);
        foreach (var part in node.Parts) Add(part);
    }
}
