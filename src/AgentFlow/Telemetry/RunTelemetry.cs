using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace AgentFlow;

/// <summary>The caller's trace context, kept with the run so that a resumed run continues the same trace.</summary>
internal static class RunTelemetry
{
    public static IReadOnlyDictionary<string, string> CaptureContext()
    {
        if (Activity.Current is not { } activity) return FrozenDictionary<string, string>.Empty;
        var carrier = new Dictionary<string, string>(StringComparer.Ordinal);
        Propagators.DefaultTextMapPropagator.Inject(
            new PropagationContext(activity.Context, Baggage.Current), carrier, static (carrier, name, value) => carrier[name] = value);
        if (carrier.Count == 0) carrier["traceparent"] = activity.Id ?? "";
        return carrier;
    }
}
