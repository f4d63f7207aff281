using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>A tool under one set of serializer options: what the model is shown, and the way to call it.</summary>
internal abstract class BoundTool
{
    protected BoundTool(ToolPlan plan, JsonElement schema, JsonSerializerOptions json)
    {
        Plan = plan;
        Json = json;
        Rule = SchemaRule.Of(schema);
        Declaration = AIFunctionFactory.CreateDeclaration(plan.Name, plan.Description, schema);
    }

    public string Name => Plan.Name;

    public ToolPlan Plan { get; }

    /// <summary>A description only: no client can call the tool past the gate.</summary>
    public AIFunctionDeclaration Declaration { get; }

    /// <summary>How arguments are read.</summary>
    public JsonSerializerOptions Json { get; }

    /// <summary>What the arguments must be.</summary>
    public SchemaRule Rule { get; }

    /// <summary>Whether a call that succeeds ends the conversation of the agent.</summary>
    public virtual bool EndsConversation => false;

    /// <summary>What is wrong with the arguments, or null.</summary>
    public virtual ArgumentProblem? ProblemOf(IReadOnlyDictionary<string, object?> arguments) => Rule.ProblemOf(arguments, Json);

    /// <summary>Calls the tool at its own path.</summary>
    public abstract ValueTask<object?> CallAsync(FlowContext scope, StepPath path, ToolCall call);
}
