using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Repairing flow code while runs of it are under way.</content>
public sealed partial class FlowContext
{
    private const string PatchScope = "(patch)";

    /// <summary>
    /// Whether a repair of this flow's code applies here: <see langword="true"/>, and recorded, for a run that comes to this point for
    /// the first time; <see langword="false"/> for one that had passed it before the repair existed, and must take its old way again.
    /// <code>
    /// var total = ctx.Patched("rounded-totals") ? await ctx.RunAsync(roundedSum, items) : await ctx.RunAsync(sum, items);
    /// </code>
    /// </summary>
    /// <remarks>
    /// <para>Each use in a scope is decided by itself: in a loop, the iterations that a run had behind it keep the old way and the next one
    /// takes the new way. Keep the answer in a variable at the flow's beginning where all of them must agree.</para>
    /// <para>The life of a patch: add it, with the old way in the other branch. When no run from before it is open any more, take the old
    /// way out and the call with it: what was recorded need not be asked for. Until then the old way must stay as it was. A change that
    /// many points need, or one of a flow that is built of verbs, is a new version of the flow (<c>Version(2, resumes: 1)</c>);
    /// in a flow of verbs a patch has its place in the parts that are code.</para>
    /// </remarks>
    /// <param name="id">The patch's name, the same for ever; 1 to 200 characters like the name of a step.</param>
    /// <exception cref="FlowContextMisuseException">A call is in flight, or the flow has returned.</exception>
    public bool Patched(string id)
    {
        StepName.Validate(id);
        BeginCall();
        try
        {
            var path = Path.Child(PatchScope).Child(id, Names.Next($"{PatchScope}/{id}", id).Occurrence);
            if (TryRecorded<bool>(path, DecisionKind.Patch, out var recorded)) return recorded;
            return !Run.HasPassed(path) && Decide(path, DecisionKind.Patch, true, static applies => applies, "the run has come here for the first time");
        }
        finally
        {
            EndCall();
        }
    }
}
