using System.Text.Json;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>Everything an agent's calls have in common under one set of serializer options: schemas, declarations, steps.</summary>
internal sealed class BoundAgent<TIn, TOut>
{
    private readonly BoundTool[] _tools;
    private readonly ChatOptions _options;
    private readonly string[] _toolNames;

    public BoundAgent(AgentDefinition<TIn, TOut> definition, JsonSerializerOptions json)
    {
        Definition = definition;
        Json = json;
        Output = definition.Frame?.FormatIn(json) ?? OutputFormat<TOut>.Create(json);
        ModelStep = new ModelCallStep(definition.ModelPlan);
        _tools = [.. definition.Tools.Select(tool => tool.Bind(json))];
        _toolNames = [.. _tools.Select(tool => tool.Name)];
        _options = definition.Options.Clone();
        if (Output.Format is { } format) _options.ResponseFormat = format;
        Declarations = [.. _tools.Select(tool => tool.Declaration)];
        _options.Tools = _tools.Length > 0 ? [.. Declarations] : null;
    }

    public AgentDefinition<TIn, TOut> Definition { get; }

    public JsonSerializerOptions Json { get; }

    public OutputFormat<TOut> Output { get; }

    public ModelCallStep ModelStep { get; }

    public IReadOnlyList<string> ToolNames => _toolNames;

    /// <summary>What the model may see.</summary>
    public IReadOnlyList<AITool> Declarations { get; }

    /// <summary>The options of a call. Policies get a copy, because nothing keeps them from changing it; clients get one in any case.</summary>
    public ChatOptions OptionsIn(FlowRun run) => run.Runtime.Policies.Covers(PolicyOperation.CallModel) ? _options.Clone() : _options;

    public int FindTool(string name) => Array.IndexOf(_toolNames, name);

    public BoundTool ToolAt(int index) => _tools[index];

    /// <param name="messages">The conversation.</param>
    /// <param name="context">The agent's scope.</param>
    /// <param name="input">What it was given.</param>
    /// <param name="earlier">What was said in earlier runs.</param>
    public void Open(ConversationHistory messages, FlowContext context, TIn input, IReadOnlyList<ChatMessage>? earlier)
    {
        if (AgentInstructions.Of(Definition, context, input) is { } instructions) messages.Add(new ChatMessage(ChatRole.System, instructions));
        foreach (var message in earlier ?? []) messages.Add(message);
        foreach (var message in Definition.Opening(input, Json)) messages.Add(message);
    }
}
