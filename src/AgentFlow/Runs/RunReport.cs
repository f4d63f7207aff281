using System.Diagnostics;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>What the model and tool calls of a run took: a projection of its entries. Immutable.</summary>
[DebuggerDisplay("{Total}")]
public sealed class RunReport
{
    private RunReport(IReadOnlyList<AgentReport> agents)
    {
        Agents = agents;
        Total = agents.Aggregate(new AgentReport(""), (sum, agent) => sum.Plus(agent));
    }

    /// <summary>One line per agent, in the order of their first calls.</summary>
    public IReadOnlyList<AgentReport> Agents { get; }

    /// <summary>All agents together.</summary>
    public AgentReport Total { get; }

    /// <summary>Reads the entries of one or of several runs.</summary>
    /// <param name="entries">Entries in any order.</param>
    public static RunReport From(IEnumerable<JournalEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var order = new List<string>();
        var agents = new Dictionary<string, AgentReport>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var (detail, failed) = entry switch
            {
                EffectCompletedEntry completed => (completed.Detail, false),
                EffectFailedEntry { IsFinal: true } broken => (broken.Detail, true),
                DecisionMadeEntry called => (called.Detail, called.Detail?.ErrorType is not null),
                _ => (null, false),
            };
            if (detail?.Agent is not { } name) continue;
            if (!agents.TryGetValue(name, out var agent)) order.Add(name);
            agents[name] = (agent ?? new AgentReport(name)).Plus(detail, failed);
        }

        return new([.. order.Select(name => agents[name])]);
    }
}

/// <summary>What one agent's calls took. Immutable.</summary>
/// <param name="Agent">The agent's name; empty for a total.</param>
[DebuggerDisplay("{ToString(),nq}")]
public sealed record AgentReport(string Agent)
{
    /// <summary>Model calls that ended, failed ones included.</summary>
    public int ModelCalls { get; init; }

    /// <summary>Tool calls that ended, failed ones included: of functions, steps, flows and other agents.</summary>
    public int ToolCalls { get; init; }

    /// <summary>Model and tool calls that failed for good, refused ones included.</summary>
    public int FailedCalls { get; init; }

    /// <summary>The time spent in model clients. Parallel calls add up.</summary>
    public TimeSpan ModelTime { get; init; }

    /// <summary>The time spent in tools. Parallel calls add up; a flow or an agent as a tool counts with everything inside, waiting included.</summary>
    public TimeSpan ToolTime { get; init; }

    /// <summary>Tokens read, as far as the models said.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens written, as far as the models said.</summary>
    public long OutputTokens { get; init; }

    /// <summary>The price of the calls whose price is known.</summary>
    public decimal Cost { get; init; }

    /// <summary>Successful model calls whose price is not known: without a <see cref="ModelPrice"/>, or without token numbers.</summary>
    public int UnpricedCalls { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Agent.Length == 0 ? "all agents" : Agent)}: {ModelCalls} model calls, {ToolCalls} tool calls, {InputTokens} + {OutputTokens} tokens, {Cost}";

    internal AgentReport Plus(EffectDetail detail, bool failed)
    {
        var isTool = detail.Tool is not null;
        var time = detail.Duration ?? TimeSpan.Zero;
        return this with
        {
            ModelCalls = ModelCalls + (isTool ? 0 : 1),
            ToolCalls = ToolCalls + (isTool ? 1 : 0),
            FailedCalls = FailedCalls + (failed || detail.Withheld is not null ? 1 : 0),
            ModelTime = ModelTime + (isTool ? TimeSpan.Zero : time),
            ToolTime = ToolTime + (isTool ? time : TimeSpan.Zero),
            InputTokens = InputTokens + (detail.Usage?.InputTokenCount ?? 0),
            OutputTokens = OutputTokens + (detail.Usage?.OutputTokenCount ?? 0),
            Cost = Cost + (detail.Cost ?? 0),
            UnpricedCalls = UnpricedCalls + (isTool || failed || detail.Cost is not null ? 0 : 1),
        };
    }

    internal AgentReport Plus(AgentReport other) => this with
    {
        ModelCalls = ModelCalls + other.ModelCalls,
        ToolCalls = ToolCalls + other.ToolCalls,
        FailedCalls = FailedCalls + other.FailedCalls,
        ModelTime = ModelTime + other.ModelTime,
        ToolTime = ToolTime + other.ToolTime,
        InputTokens = InputTokens + other.InputTokens,
        OutputTokens = OutputTokens + other.OutputTokens,
        Cost = Cost + other.Cost,
        UnpricedCalls = UnpricedCalls + other.UnpricedCalls,
    };
}
