namespace AgentFlow.Tests.Runs.Programs;

/// <summary>A program over integers. Every node takes a number and yields a number, fails, or never ends.</summary>
internal abstract record Node
{
    /// <summary>The parts, in the order in which they are numbered.</summary>
    public virtual IReadOnlyList<Node> Parts => [];
}

internal enum Body
{
    /// <summary>Ends before its call returns.</summary>
    Now,

    /// <summary>Ends on the dispatcher.</summary>
    Later,

    /// <summary>Throws at once.</summary>
    Fails,

    /// <summary>Throws on the dispatcher.</summary>
    FailsLater,

    /// <summary>Fails in the first attempt of the step, succeeds in the second.</summary>
    Retried,

    /// <summary>Fails in the first attempt of the nearest flow around it, succeeds in the later ones.</summary>
    Flaky,

    /// <summary>Ends when it is cancelled, and never otherwise.</summary>
    Hangs,
}

internal sealed record Effect(Body Body) : Node
{
    public override string ToString() => Body.ToString();
}

/// <summary>Flow code throws an exception of its own.</summary>
internal sealed record Throw : Node
{
    public override string ToString() => "Throw";
}

/// <summary>A delay of some milliseconds.</summary>
internal sealed record Pause : Node
{
    public override string ToString() => "Pause";
}

/// <summary>A question that the approver answers.</summary>
internal sealed record Question : Node
{
    public override string ToString() => "Ask";
}

/// <summary>Randomness and ids of the context, noted by path.</summary>
internal sealed record Chance : Node
{
    public override string ToString() => "Chance";
}

internal abstract record Compound(params IReadOnlyList<Node> Children) : Node
{
    public override IReadOnlyList<Node> Parts => Children;

    public override string ToString() => $"{GetType().Name}({string.Join(", ", Children)})";
}

internal sealed record Sequence(IReadOnlyList<Node> Children) : Compound(Children)
{
    public override string ToString() => base.ToString();
}

internal sealed record All(IReadOnlyList<Node> Children) : Compound(Children)
{
    public override string ToString() => base.ToString();
}

/// <summary>A race; which branch wins is not part of the result.</summary>
internal sealed record Any(IReadOnlyList<Node> Children) : Compound(Children)
{
    public override string ToString() => base.ToString();
}

/// <summary>The first part when the number is even, the second otherwise; by a recorded decision.</summary>
internal sealed record Choose(Node Even, Node Odd) : Compound(Even, Odd)
{
    public override string ToString() => base.ToString();
}

/// <summary>The first part; when it fails, the second one.</summary>
internal sealed record Try(Node Tried, Node Handler) : Compound(Tried, Handler)
{
    public override string ToString() => base.ToString();
}

internal sealed record Repeat(int Times, Node Repeated) : Compound(Repeated)
{
    public override string ToString() => $"Repeat({Times}, {Repeated})";
}

internal sealed record Each(int Items, int MaxParallel, Node Applied) : Compound(Applied)
{
    public override string ToString() => $"Each({Items}, {MaxParallel}, {Applied})";
}

/// <summary>A flow of its own, with retries and perhaps a time limit.</summary>
internal sealed record Nested(int Retries, bool IsTimed, Node Inner) : Compound(Inner)
{
    public override string ToString() => $"Nested({Retries}, {IsTimed}, {Inner})";
}
