using System.Diagnostics;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// Describes an agent. Single use, not thread-safe; <see cref="Build"/> validates and freezes. Every verb returns the same
/// instance; saying one again replaces what it said before, except <see cref="Tools"/> and <see cref="Options"/>, which add.
/// </summary>
/// <typeparam name="TIn">What the agent takes.</typeparam>
/// <typeparam name="TOut">What the agent answers.</typeparam>
[DebuggerDisplay("{_name}")]
public sealed partial class AgentBuilder<TIn, TOut>
{
    private readonly string _name;
    private readonly List<Tool> _tools = [];
    private readonly ChatOptions _options = new();
    private readonly StepOptions<ModelRequest, ChatResponse> _modelCalls = new(StepPlan.Default);
    private string _description = "";
    private Func<TIn, string>? _instructions;
    private Func<TIn, IEnumerable<ChatMessage>>? _prompt;
    private ModelSource _model = ModelSource.Unnamed;
    private IReadOnlyList<string>? _fallbacks;
    private ModelCacheRule? _cache;
    private string? _lane;
    private int _maxTurns = 10;
    private int _repairs = 2;
    private int _maxToolCalls = 64;
    private int _maxParallelToolCalls = 16;
    private InstructionsChange _instructionsChange;
    private bool _isBuilt;

    internal AgentBuilder(string name) => _name = name;

    /// <summary>Says what the agent is for. A model that has the agent as a tool reads it.</summary>
    /// <param name="description">One or two sentences.</param>
    public AgentBuilder<TIn, TOut> Description(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        _description = description;
        return this;
    }

    /// <summary>Says how the agent works: the system message of every conversation.</summary>
    /// <param name="instructions">Trusted text. What comes from outside belongs into the prompt.</param>
    public AgentBuilder<TIn, TOut> Instructions(string instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        return Instructions(_ => instructions);
    }

    /// <summary>Says how the agent works, depending on its input.</summary>
    /// <param name="instructions">Pure; called once per invocation and again on replay.</param>
    public AgentBuilder<TIn, TOut> Instructions(Func<TIn, string> instructions)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        _instructions = instructions;
        return this;
    }

    /// <summary>
    /// Says what becomes of a run that is resumed in the middle of this agent, and the instructions are not what they were when it began:
    /// they are in no fingerprint, and the flow's version need not change with them.
    /// </summary>
    /// <remarks>
    /// One invocation is judged by itself: an agent that a resumed run invokes anew has the instructions of today, whatever is said here.
    /// <see cref="InstructionsChange.Pin"/> and <see cref="InstructionsChange.Refuse"/> keep the text in the journal, an entry for each
    /// invocation; one that began before they were said goes on with, and keeps, the text of today. The choice is in no fingerprint either:
    /// a run that was refused can be continued by pinning.
    /// </remarks>
    /// <param name="change">What to do. Default: <see cref="InstructionsChange.Continue"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such value.</exception>
    public AgentBuilder<TIn, TOut> WhenInstructionsChange(InstructionsChange change)
    {
        if (!Enum.IsDefined(change)) throw new ArgumentOutOfRangeException(nameof(change), change, "Use Continue, Pin or Refuse.");
        _instructionsChange = change;
        return this;
    }

    /// <summary>Says what the agent is told of its input. Default: text as it is, anything else as JSON.</summary>
    /// <param name="prompt">Pure; called once per invocation and again on replay.</param>
    public AgentBuilder<TIn, TOut> Prompt(Func<TIn, string> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Prompt(input => [new ChatMessage(ChatRole.User, prompt(input))]);
    }

    /// <summary>Says what the agent is told of its input, as messages: images, examples, an earlier conversation.</summary>
    /// <param name="prompt">Pure; called once per invocation and again on replay. Yields new messages each time.</param>
    public AgentBuilder<TIn, TOut> Prompt(Func<TIn, IEnumerable<ChatMessage>> prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        _prompt = prompt;
        return this;
    }

    /// <summary>Gives the agent tools. It sees and calls these only.</summary>
    /// <param name="tools">Delegates, functions, steps, flows and agents as tools; see <see cref="Tool"/>.</param>
    public AgentBuilder<TIn, TOut> Tools(params IEnumerable<Tool> tools)
    {
        ArgumentNullException.ThrowIfNull(tools);
        foreach (var tool in tools)
        {
            ArgumentNullException.ThrowIfNull(tool, nameof(tools));
            _tools.Add(tool);
        }

        return this;
    }

    /// <summary>Bounds the conversation.</summary>
    /// <param name="turns">How many model calls until the final answer, at least 1. Repairs come on top. Default: 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public AgentBuilder<TIn, TOut> MaxTurns(int turns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        _maxTurns = turns;
        return this;
    }

    /// <summary>Bounds how often an answer that does not fit the result type goes back to the model.</summary>
    /// <param name="repairs">0 or more. Default: 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public AgentBuilder<TIn, TOut> Repairs(int repairs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(repairs);
        _repairs = repairs;
        return this;
    }

    /// <summary>
    /// Bounds how many tools a model may call in one turn. The calls beyond it are not made: the model is told so in their place,
    /// and may make them in its next turn.
    /// </summary>
    /// <param name="calls">At least 1. Default: 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public AgentBuilder<TIn, TOut> MaxToolCalls(int calls)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        _maxToolCalls = calls;
        return this;
    }

    /// <summary>Bounds how many of a turn's tool calls are in flight at the same time. A call that waits for a human is in flight.</summary>
    /// <param name="calls">At least 1: one after the other. Default: 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public AgentBuilder<TIn, TOut> MaxParallelToolCalls(int calls)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        _maxParallelToolCalls = calls;
        return this;
    }

    /// <summary>Validates the agent and freezes it.</summary>
    /// <exception cref="FlowDefinitionException">Lists every defect with its place and cure.</exception>
    /// <exception cref="InvalidOperationException">The builder was used before.</exception>
    public Agent<TIn, TOut> Build() => BuildVersion(null);

    /// <inheritdoc cref="Build"/>
    /// <param name="version">Which version of the registry it is made from.</param>
    internal Agent<TIn, TOut> BuildVersion(int? version)
    {
        if (_isBuilt) throw new InvalidOperationException($"The builder of agent '{_name}' has been used to build an agent already. Start a new one with Agent.Create.");
        var options = _options.Clone();
        Tool[] tools = [.. _tools, .. _memory?.Tools ?? []];
        AgentDefects.Find(_name, tools, options, _modelCalls).ThrowIfAny(_name);
        _isBuilt = true;
        var definition = new AgentDefinition<TIn, TOut>
        {
            Name = _name,
            Description = _description,
            Instructions = WithRules(_instructions, _rules),
            Prompt = _prompt,
            Model = _model with { Fallbacks = _fallbacks, Cache = _cache },
            ModelPlan = _modelCalls.Freeze(),
            Options = options,
            Tools = tools,
            History = _history,
            Memory = _memory,
            IsInSession = _isInSession,
            Sees = _sees,
            MaxTurns = _maxTurns,
            Repairs = _repairs,
            MaxToolCalls = _maxToolCalls,
            MaxParallelToolCalls = _maxParallelToolCalls,
            InstructionsChange = _instructionsChange,
            Frame = _frame,
            Version = version,
        };
        return new(definition, _lane);
    }
}
