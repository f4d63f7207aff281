using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace AgentFlow;

/// <summary>The caller's trace context, kept with the run so that a resumed run continues the same trace.</summary>
internal static class RunTelemetry
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    public static IReadOnlyDictionary<string, string> CaptureContext()
    {
        if (Activity.Current is not { } activity) return FrozenDictionary<string, string>.Empty;
        var carrier = new Dictionary<string, string>(StringComparer.Ordinal);
        Propagators.DefaultTextMapPropagator.Inject(
            new PropagationContext(activity.Context, Baggage.Current), carrier, static (carrier, name, value) => carrier[name] = value);
        if (carrier.Count == 0) carrier[TraceParent] = activity.Id ?? "";
        return carrier;
    }

    public static ActivityContext ParentOf(IReadOnlyDictionary<string, string> carrier)
    {
        if (carrier.Count == 0) return default;
        var extracted = Propagators.DefaultTextMapPropagator.Extract(
            default, carrier, static (carrier, name) => carrier.TryGetValue(name, out var value) ? [value] : []).ActivityContext;
        if (extracted.IsValid()) return extracted;
        return ActivityContext.TryParse(carrier.GetValueOrDefault(TraceParent), carrier.GetValueOrDefault(TraceState), isRemote: true, out var parsed) ? parsed : default;
    }

    /// <summary>Ends a span; its listeners may throw.</summary>
    public static void Stop(Activity? span)
    {
        if (span is not null) Observers.Guard(span, static span => span.Stop());
    }

    public static void Fail(Activity? span, Exception exception) => Fail(span, EffectOutcome.TypeOf(exception));

    public static void Fail(Activity? span, string errorType)
    {
        if (span is null) return;
        span.SetTag(SpanTags.ErrorType, errorType);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
