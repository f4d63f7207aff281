using FsCheck;
using FsCheck.Fluent;

namespace AgentFlow.Tests.Runs.Programs;

/// <summary>Random programs that end, and smaller ones for a program that went wrong.</summary>
internal static class ProgramGenerator
{
    /// <summary>The input with which a generated program ends.</summary>
    public const int Input = 1;

    /// <param name="mayTimeOut">Whether programs may end only because a time limit passes.</param>
    public static Arbitrary<Node> Programs(bool mayTimeOut) => Arb.From(
        Gen.Sized(size => Nodes(Math.Clamp(size, 4, 40), mayTimeOut)).Where(Ends), node => Shrink(node).Where(Ends));

    private static bool Ends(Node program) => Interpreter.Run(program, Input).Ending != Ending.Never;

    private static Gen<Node> Nodes(int size, bool mayTimeOut)
    {
        if (size <= 1) return Leaves();
        var half = Nodes(size / 2, mayTimeOut);
        var several = Gen.Choose(1, 4).SelectMany(count => Nodes(size / (count + 1), mayTimeOut).ListOf(count)).Select(children => (IReadOnlyList<Node>)[.. children]);
        return Gen.Frequency(
            (2, Leaves()),
            (3, several.Select(children => (Node)new Sequence(children))),
            (3, several.Select(children => (Node)new All(children))),
            (2, several.Select(children => (Node)new Any(children))),
            (1, Two(half, (even, odd) => new Choose(even, odd))),
            (2, Two(half, (tried, handler) => new Try(tried, handler))),
            (1, Gen.Choose(0, 3).SelectMany(_ => half, (times, node) => (Node)new Repeat(times, node))),
            (2, Two(Gen.Choose(0, 4), Gen.Choose(1, 3), half, (items, max, node) => new Each(items, max, node))),
            (2, Two(Gen.Choose(0, 2), Gen.Choose(0, 1), half, (retries, timed, node) => new Nested(retries, mayTimeOut && timed == 1, node))));
    }

    private static Gen<Node> Leaves() => Gen.Frequency(
        (12, Gen.Elements(Body.Now, Body.Later).Select(body => (Node)new Effect(body))),
        (4, Gen.Elements(Body.Fails, Body.FailsLater, Body.Retried, Body.Flaky, Body.Hangs).Select(body => (Node)new Effect(body))),
        (1, Gen.Fresh(() => (Node)new Throw())),
        (1, Gen.Fresh(() => (Node)new Pause())),
        (2, Gen.Fresh(() => (Node)new Question())),
        (1, Gen.Fresh(() => (Node)new Chance())));

    private static Gen<Node> Two(Gen<Node> part, Func<Node, Node, Node> combine) => part.SelectMany(_ => part, combine);

    private static Gen<Node> Two(Gen<int> first, Gen<int> second, Gen<Node> part, Func<int, int, Node, Node> combine) =>
        first.SelectMany(_ => second, (one, two) => (one, two)).SelectMany(_ => part, (numbers, node) => combine(numbers.one, numbers.two, node));

    private static IEnumerable<Node> Shrink(Node node)
    {
        foreach (var part in node.Parts) yield return Copy(part);
        switch (node)
        {
            case Effect { Body: not Body.Now }: yield return new Effect(Body.Now); break;
            case Throw or Pause or Question or Chance: yield return new Effect(Body.Now); break;
            case Repeat { Times: > 1 } repeat: yield return repeat with { Times = repeat.Times - 1 }; break;
            case Each { Items: > 1 } each: yield return each with { Items = each.Items - 1 }; break;
            case Nested { Retries: > 0 } nested: yield return nested with { Retries = nested.Retries - 1 }; break;
        }

        for (var i = 0; i < node.Parts.Count; i++)
        {
            if (node is Sequence or All or Any && node.Parts.Count > 1) yield return With(node, [.. node.Parts.Where((_, index) => index != i)]);
            foreach (var smaller in Shrink(node.Parts[i])) yield return With(node, [.. node.Parts.Select((part, index) => index == i ? smaller : part)]);
        }
    }

    private static Node Copy(Node node) => node switch
    {
        Compound => With(node, [.. node.Parts.Select(Copy)]),
        Effect effect => new Effect(effect.Body),
        _ => node with { },
    };

    private static Node With(Node node, IReadOnlyList<Node> parts) => node switch
    {
        Sequence => new Sequence(parts),
        All => new All(parts),
        Any => new Any(parts),
        Choose => new Choose(parts[0], parts[1]),
        Try => new Try(parts[0], parts[1]),
        Repeat repeat => new Repeat(repeat.Times, parts[0]),
        Each each => new Each(each.Items, each.MaxParallel, parts[0]),
        Nested nested => new Nested(nested.Retries, nested.IsTimed, parts[0]),
        _ => node,
    };
}
