namespace AgentFlow;

/// <summary>What the compiler says about a lambda that does not fit, and what to write instead.</summary>
internal static class Misuse
{
    public const string OneArgument = "The body of a step takes the value and its context. Write (x, ctx) => …, or (x, _) => … when the context is not needed. For a pure change without an entry in the journal write .Map(x => …).";

    public const string OneArgumentStep = "The body of a step takes the value and its context. Write (x, ctx) => …, or (x, _) => … when the context is not needed.";

    public const string NoContext = "The body of a node takes the results and its context last. Write (a, b, ctx) => …, or (a, b, _) => … when the context is not needed.";

    public const string NoResult = "A step yields a value. Return one: (x, ctx) => { …; return x; } passes the value on.";

    public const string AsyncMap = "Map is pure and synchronous. Asynchronous work is a step: .Then(\"name\", async (x, ctx) => …).";

    public const string AsyncTupleMap = "Map is pure and synchronous. Asynchronous work is a step: .Then(\"name\", async (parts, ctx) => …).";

    public const string VoidMap = "Map yields the next value: .Map(x => new Next(x)). Something to do is a step: .Then(\"name\", (x, ctx) => { …; return x; }).";

    public const string AsyncKey = "The key of a Route is pure and synchronous. Give a step or an agent that yields the key: .Route(\"name\", classify, r => …).";

    /// <summary>Only reflection gets here.</summary>
    public static InvalidOperationException Refused() => new("This overload exists for its compiler message only.");
}
