using System.Globalization;
using AgentFlow;
using AgentFlow.Journaling;

namespace ResearchDesk;

/// <summary>What the run used, per agent.</summary>
internal static class Costs
{
    public static IEnumerable<string> Lines(RunReport report)
    {
        yield return Line("agent", "model calls", "tool calls", "tokens in", "tokens out", "cost");
        foreach (var agent in report.Agents) yield return Line(agent.Agent, agent);
        yield return Line("all", report.Total);
    }

    private static string Line(string name, AgentReport used) => Line(
        name, Number(used.ModelCalls), Number(used.ToolCalls), Number(used.InputTokens), Number(used.OutputTokens),
        used.UnpricedCalls > 0 ? "unknown" : string.Create(CultureInfo.InvariantCulture, $"${used.Cost:0.0000}"));

    private static string Line(string name, string models, string tools, string tokensIn, string tokensOut, string cost) =>
        $"{name,-12} {models,11} {tools,10} {tokensIn,10} {tokensOut,10} {cost,9}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
