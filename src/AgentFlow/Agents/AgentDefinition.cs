using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>An agent as it was built, frozen.</summary>
internal sealed class AgentDefinition<TIn, TOut>
{
    private readonly ConditionalWeakTable<JsonSerializerOptions, BoundAgent<TIn, TOut>> _bound = [];
    private BoundAgent<TIn, TOut>? _last;

    public required string Name { get; init; }

    public string Description { get; init; } = "";

    public Func<TIn, string>? Instructions { get; init; }

    /// <summary>Null: the input itself when it is text, otherwise its JSON.</summary>
    public Func<TIn, IEnumerable<ChatMessage>>? Prompt { get; init; }

    public required ModelSource Model { get; init; }

    public required StepPlan ModelPlan { get; init; }

    public required ChatOptions Options { get; init; }

    public required IReadOnlyList<Tool> Tools { get; init; }

    public AgentMemory? Memory { get; init; }

    /// <summary>Which earlier outputs the agent sees; null for none.</summary>
    public Earlier? Sees { get; init; }

    /// <summary>Whether the agent continues what was said in earlier runs of a session.</summary>
    public bool IsInSession { get; init; }

    public HistoryPlan History { get; init; } = HistoryPlan.Default;

    public required int MaxTurns { get; init; }

    public required int Repairs { get; init; }

    public required int MaxToolCalls { get; init; }

    public required int MaxParallelToolCalls { get; init; }

    public InstructionsChange InstructionsChange { get; init; }

    /// <summary>Null, unless the agent takes part in a coordination verb.</summary>
    public ConversationFrame<TIn, TOut>? Frame { get; init; }

    /// <summary>The same agent as a participant of a coordination verb, which gives it something else and may give it more tools and rules.</summary>
    /// <param name="input">What the agent itself would have been given.</param>
    /// <param name="frame">What the verb makes of its conversation.</param>
    /// <param name="tools">The tools it gets in addition.</param>
    /// <param name="rules">What follows its instructions; empty for nothing.</param>
    public AgentDefinition<TVerb, TResult> Join<TVerb, TResult>(Func<TVerb, TIn> input, ConversationFrame<TVerb, TResult> frame, IEnumerable<Tool> tools, string rules) => new()
    {
        Name = Name,
        Description = Description,
        Instructions = AgentBuilder<TVerb, TResult>.WithRules(Instructions is { } instructions ? given => instructions(input(given)) : null, rules),
        Frame = frame,
        Model = Model,
        ModelPlan = ModelPlan,
        Options = Options,
        Tools = [.. Tools, .. tools],
        MaxTurns = MaxTurns,
        Repairs = Repairs,
        MaxToolCalls = MaxToolCalls,
        MaxParallelToolCalls = MaxParallelToolCalls,
        InstructionsChange = InstructionsChange,
        History = History,
        Memory = Memory,
        IsInSession = IsInSession,
        Sees = Sees,
        Version = Version,
    };

    /// <summary>The messages that follow the instructions.</summary>
    public IEnumerable<ChatMessage> Opening(TIn input, JsonSerializerOptions json) =>
        Prompt is { } prompt ? prompt(input) : Frame is { } frame ? frame.Open(input, json) : [new ChatMessage(ChatRole.User, JsonText.Of(input, json))];

    /// <summary>Which version of the registry it was made from; null when code has built it.</summary>
    public int? Version { get; init; }

    /// <summary>The agent with the schemas that follow from the host's serializer options; made once per options.</summary>
    public BoundAgent<TIn, TOut> Bind(JsonSerializerOptions json)
    {
        var last = _last;
        if (last is not null && ReferenceEquals(last.Json, json)) return last;
        return _last = _bound.GetValue(json, options => new(this, options));
    }
}
