namespace AgentFlow.Tests.Journaling.Durable.Changes;

/// <summary>A kind of change, and what becomes of the runs of a flow that was built, and of one that is code. Null: not applicable.</summary>
/// <param name="Name">What is changed; <see cref="ChangedFlow"/> knows how.</param>
/// <param name="Built">Of flows made of verbs.</param>
/// <param name="Code">Of flows whose steps stand in code, where the fingerprint sees none of them.</param>
/// <param name="Core">Which flows it concerns; null for all.</param>
internal sealed record DefinitionChange(string Name, Fate? Built, Fate? Code, string? Core = null)
{
    public static IReadOnlyList<DefinitionChange> All { get; } =
    [
        new("step renamed", Fate.Structure, Fate.RefusedAfter("first")),
        new("step used under another name", Fate.Structure, Fate.RefusedAfter("first")),
        new("step added in front", Fate.Structure, Fate.RefusedAfter("first")),
        new("step added at the end", Fate.Structure, Fate.Other),
        new("step removed", Fate.Structure, Fate.RefusedAfter("second")),
        new("steps swapped", Fate.Structure, Fate.RefusedAfter("first")),
        new("result type of a step", Fate.Structure, Fate.RefusedAfter("second")),
        new("input type of the flow", Fate.Structure, Fate.Structure),
        new("retry", Fate.Structure, Fate.Same),
        new("timeout", Fate.Structure, Fate.Same),
        new("lane", Fate.Structure, Fate.Same),
        new("cache", Fate.Structure, Fate.Same),
        new("fallback", Fate.Structure, Fate.Same),
        new("effect class", Fate.Structure, Fate.Same),
        new("step body", Fate.Other, Fate.Other),
        new("map lambda", Fate.Other, Fate.Other),
        new("approval added", Fate.Structure, Fate.RefusedAfter("last")),
        new("approval removed", Fate.Structure, Fate.RefusedAfter("boss")),
        new("approval renamed", Fate.Structure, Fate.RefusedAfter("boss")),
        new("approval by another role", Fate.Structure, Fate.RefusedAfter("last")),
        new("approval by a quorum", Fate.Structure, null),
        new("condition of an approval", Fate.Structure, null),
        new("nested flow renamed", Fate.Structure, Fate.RefusedAfter("deep")),
        new("wait for a signal added", Fate.Structure, null),
        new("delay added", null, Fate.RefusedAfter("last")),
        new("flow renamed", Fate.Unknown, Fate.Unknown),
        new("version raised", Fate.Unknown, Fate.Unknown),
        new("version raised that resumes", Fate.Same, null),
        new("version raised that resumes, step renamed", Fate.RefusedAfter("first"), null),
        new("version raised that resumes, step added at the end", Fate.Other, null),
        new("branch added", Fate.Structure, null, "fan-out"),
        new("branch removed", Fate.Structure, null, "fan-out"),
        new("branches swapped", Fate.Structure, null, "fan-out"),
        new("branches swapped", Fate.Structure, null, "list"),
        new("branches swapped", Fate.Structure, null, "collect"),
        new("how many are needed", Fate.Structure, null, "quorum"),
        new("bound of a loop", Fate.Structure, null, "loop"),
        new("end of a loop", Fate.Other, null, "loop"),
        new("what a loop does at its bound", Fate.Structure, null, "loop"),
        new("case key", Fate.Structure, null, "route"),
        new("case added", Fate.Structure, null, "route"),
        new("key of a route", Fate.Other, null, "route"),
        new("places of a for-each", Fate.Structure, null, "for-each"),
        new("edge of a graph", Fate.Structure, null, "graph"),
        new("instructions", Fate.Same, Fate.Same, "agent"),
        new("model options", Fate.Same, Fate.Same, "agent"),
        new("tool added", Fate.Structure, Fate.Same, "agent"),
        new("tool removed", Fate.Structure, null, "agent"),
        new("tool renamed", Fate.Structure, Fate.RefusedAfter("double"), "agent"),
        new("turns of an agent", Fate.Structure, Fate.Same, "agent"),
        new("result type of an agent", Fate.Structure, null, "agent"),
        new("name of a question", Fate.Structure, null, "question"),
        new("decision renamed", null, Fate.Same, "decision"),
    ];
}
