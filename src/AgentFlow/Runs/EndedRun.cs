using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>What is kept of an ended run for the sake of its id: its outcome, and enough to tell a retry from another use of the id.</summary>
internal sealed class EndedRun<TOut> : FlowRun<TOut>
{
    private readonly string? _digest;

    public EndedRun(FlowRun<TOut> run, string? digest)
        : base(run, new RunStartedEntry<string?>(run.RootPath, run.Id, ((IFlowDefinition)run.Flow).Identity, digest, run.Options) { Succession = run.Succession, ForkedFrom = run.ForkedFrom, Agents = run.Agents }) =>
        _digest = digest;

    internal override void Execute()
    {
        // It has ended: there is nothing to execute.
    }

    internal override bool IsCompact => true;

    internal override string? DigestOfInput() => _digest;

    internal override FlowRun Compact() => this;
}
