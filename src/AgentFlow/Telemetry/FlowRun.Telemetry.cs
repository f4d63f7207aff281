using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>The spans of a run that are open. Touched only while somebody traces.</content>
public abstract partial class FlowRun
{
    private List<ScopeSpan>? _openSpans;

    /// <summary>What the root of the run is traced under; null while nobody traces.</summary>
    internal ScopeSpan? Span { get; private set; }

    internal void Track(ScopeSpan span)
    {
        lock (_cancellation) (_openSpans ??= []).Add(span);
    }

    internal void Untrack(ScopeSpan span)
    {
        lock (_cancellation) _openSpans?.Remove(span);
    }

    /// <summary>Begins the span of this execution, below the caller's. An agent that runs on its own is no workflow.</summary>
    private protected void StartSpan()
    {
        var caller = new ScopeSpan(RunTelemetry.ParentOf(Started.TraceContext));
        if (Flow.Kind == "agent")
        {
            Span = caller;
            return;
        }

        Span = new ScopeSpan(caller, SpanTags.InvokeWorkflow, FlowName, span =>
        {
            span.SetTag(SpanTags.Workflow, FlowName);
            span.SetTag(SpanTags.RunId, Id.ToString());
        });
        Span.Start();
    }

    /// <summary>The execution is over, or is let go of: no flow code will close its spans.</summary>
    private void StopSpans(string? errorType)
    {
        List<ScopeSpan> open;
        lock (_cancellation)
        {
            open = _openSpans ?? [];
            _openSpans = null;
        }

        for (var i = open.Count - 1; i >= 0; i--) open[i].Stop();
        Span?.Stop(errorType);
    }
}
