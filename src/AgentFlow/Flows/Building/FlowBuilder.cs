using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// Composes a flow verb by verb; <typeparamref name="TCurrent"/> is what the last verb yields. Single use, not thread-safe;
/// <see cref="Build"/> validates everything at once and freezes.
/// </summary>
/// <typeparam name="TIn">What the flow takes.</typeparam>
/// <typeparam name="TCurrent">What the last verb yields.</typeparam>
[DebuggerDisplay("{_draft.Name}")]
public sealed partial class FlowBuilder<TIn, TCurrent>
{
    private readonly FlowDraft _draft;
    private readonly FlowNode<TIn, TCurrent> _last;

    internal FlowBuilder(FlowDraft draft, FlowNode<TIn, TCurrent> last)
    {
        _draft = draft;
        _last = last;
    }

    private DraftScope Scope => _draft.Scope;

    /// <summary>Declares the version. A run continues on the version that it started with, so keep the old flows registered.</summary>
    /// <param name="version">At least 1; raise it when steps are added, removed, renamed or reordered.</param>
    /// <param name="resumes">The oldest version whose runs this one may continue, when the change does not alter their path.</param>
    /// <exception cref="ArgumentOutOfRangeException">The version is less than 1, or it resumes itself or a later one.</exception>
    /// <exception cref="InvalidOperationException">The flow is built already.</exception>
    public FlowBuilder<TIn, TCurrent> Version(int version, int? resumes = null)
    {
        FlowVersion.Check(version, resumes);
        _draft.ThrowIfBuilt();
        (_draft.Version, _draft.Resumes) = (version, resumes);
        return this;
    }

    /// <summary>Validates the whole flow and freezes it.</summary>
    /// <exception cref="FlowDefinitionException">Lists every defect with its place and cure.</exception>
    /// <exception cref="InvalidOperationException">The builder was used before.</exception>
    public Flow<TIn, TCurrent> Build()
    {
        var flow = new Flow<TIn, TCurrent>(_draft.Name, LongBody<TIn, TCurrent>.Of(_last), _draft.Version, _draft.Resumes);
        _draft.Freeze(_last, flow);
        return flow;
    }

    private FlowBuilder<TIn, TNext> Add<TNext>(FlowNode<TIn, TNext> node)
    {
        if (node.Length % LandingNode<TIn, TNext>.Every == 0) node = new LandingNode<TIn, TNext>(node);
        _draft.Continue(_last, node);
        return new(_draft, node);
    }
}
