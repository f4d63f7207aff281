using System.Diagnostics;

namespace AgentFlow;

/// <summary>
/// The traces of AgentFlow, named after the OpenTelemetry GenAI conventions (v1.41): <c>invoke_workflow {flow}</c>,
/// <c>invoke_agent {agent}</c>, <c>chat {model}</c>, <c>execute_tool {tool}</c>. No content is in them.
/// </summary>
/// <remarks>
/// Add <see cref="SourceName"/> to a tracer provider, or listen to it with an <see cref="ActivityListener"/>. Whether anybody
/// listens is asked once per run, when it is accepted. What a replay takes from the journal has no second span. A run that was
/// unloaded while it waited continues its trace in a new span. A client that traces itself (<c>UseOpenTelemetry</c>) has its
/// own <c>chat</c> span, and gets no second one.
/// </remarks>
public static class AgentFlowTelemetry
{
    /// <summary>The name of the <see cref="ActivitySource"/>.</summary>
    public const string SourceName = "AgentFlow";

    internal static readonly ActivitySource Source = new(SourceName, typeof(AgentFlowTelemetry).Assembly.GetName().Version?.ToString(3));
}
