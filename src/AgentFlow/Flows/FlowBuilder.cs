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
    private int _version = 1;

    internal FlowBuilder(FlowDraft draft, FlowNode<TIn, TCurrent> last)
    {
        _draft = draft;
        _last = last;
    }

    /// <summary>Validates the whole flow and freezes it.</summary>
    /// <exception cref="FlowDefinitionException">Lists every defect with its place and cure.</exception>
    /// <exception cref="InvalidOperationException">The builder was used before.</exception>
    public Flow<TIn, TCurrent> Build()
    {
        _draft.Freeze();
        return new(_draft.Name, _last, _version);
    }

    private FlowBuilder<TIn, TNext> Add<TNext>(FlowNode<TIn, TNext> node) => new(_draft, node);
}
