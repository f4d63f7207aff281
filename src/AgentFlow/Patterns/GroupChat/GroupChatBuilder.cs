using System.Diagnostics;
using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>Begins a <c>GroupChat</c>. Single use, not thread-safe.</summary>
/// <typeparam name="TTopic">What is talked about: the value that the verb is given.</typeparam>
public sealed class GroupChatBuilder<TTopic>
{
    private readonly DraftScope _scope;
    private bool _isContinued;

    internal GroupChatBuilder(DraftScope scope) => _scope = scope;

    /// <summary>Names agents that take part. What they answer is what everybody says.</summary>
    /// <typeparam name="TMessage">What participants say.</typeparam>
    /// <param name="agents">The agents, in the order of a round.</param>
    /// <exception cref="InvalidOperationException">Participants were named before: go on with what that returned.</exception>
    public GroupChatBuilder<TTopic, TMessage, TMessage> Participants<TMessage>(params IEnumerable<Agent<TTopic, TMessage>> agents)
    {
        ArgumentNullException.ThrowIfNull(agents);
        var builder = Begin<TMessage>();
        foreach (var agent in agents) builder.Participant(agent);
        return builder;
    }

    /// <summary>Names a step or a flow that takes part: it is given the transcript.</summary>
    /// <typeparam name="TMessage">What participants say.</typeparam>
    /// <param name="step">The step.</param>
    /// <param name="description">What it is for, for a selector.</param>
    /// <exception cref="InvalidOperationException">Participants were named before: go on with what that returned.</exception>
    public GroupChatBuilder<TTopic, TMessage, TMessage> Participant<TMessage>(Step<Transcript<TTopic, TMessage>, TMessage> step, string description = "") =>
        Begin<TMessage>().Participant(step, description);

    private GroupChatBuilder<TTopic, TMessage, TMessage> Begin<TMessage>()
    {
        if (_isContinued) throw new InvalidOperationException($"Group chat '{_scope.Path}' has participants already, and they would be lost. Chain them: c => c.Participants(…).Participant(…).");
        _isContinued = true;
        return new(_scope, new(), new CodeResult<TTopic, TMessage, TMessage>("last-message", static transcript => transcript.Last));
    }
}

/// <summary>Names participants and rules of a <c>GroupChat</c>. Single use, not thread-safe.</summary>
/// <typeparam name="TTopic">What is talked about: the value that the verb is given.</typeparam>
/// <typeparam name="TMessage">What participants say.</typeparam>
/// <typeparam name="TOut">What the verb yields.</typeparam>
[DebuggerDisplay("{_draft.Participants.Count} participants")]
public sealed class GroupChatBuilder<TTopic, TMessage, TOut>
{
    private readonly DraftScope _scope;
    private readonly GroupChatDraft<TTopic, TMessage> _draft;
    private readonly ChatResult<TTopic, TMessage, TOut> _result;

    internal GroupChatBuilder(DraftScope scope, GroupChatDraft<TTopic, TMessage> draft, ChatResult<TTopic, TMessage, TOut> result) => (_scope, _draft, _result) = (scope, draft, result);

    /// <summary>Adds an agent. It is told the topic as its prompt says, then what was said: its own messages as its own, others' as data.</summary>
    /// <param name="agent">The agent.</param>
    public GroupChatBuilder<TTopic, TMessage, TOut> Participant(Agent<TTopic, TMessage> agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var definition = agent.Definition.Join(static transcript => transcript.Topic, new ChatFrame<TTopic, TMessage>(agent.Definition), [], ChatFrame<TTopic, TMessage>.Rules);
        return Participant(new Agent<Transcript<TTopic, TMessage>, TMessage>(definition, agent.Plan.Lane), agent.Description);
    }

    /// <summary>Adds a step or a flow: it is given the transcript.</summary>
    /// <param name="step">The step.</param>
    /// <param name="description">What it is for, for a selector.</param>
    public GroupChatBuilder<TTopic, TMessage, TOut> Participant(Step<Transcript<TTopic, TMessage>, TMessage> step, string description = "")
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(description);
        _draft.Participants.Add(new StepParticipant<TTopic, TMessage>(step, description));
        return this;
    }

    /// <summary>Adds a human, who is asked for each message with the transcript as context. Nobody in time is a turn that failed.</summary>
    /// <param name="name">The human's name, a segment of the requests' paths.</param>
    /// <param name="description">What for, for a selector.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">Until when and who is asked next.</param>
    /// <exception cref="InvalidOptionException">The terms are out of their range; the message names which.</exception>
    public GroupChatBuilder<TTopic, TMessage, TOut> Human(string name, string description = "", string? role = null, RequestTerms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(description);
        terms?.Validate();
        _draft.Participants.Add(new HumanParticipant<TTopic, TMessage>(StepName.Validate(name), description, role, terms ?? RequestTerms.Default));
        return this;
    }

    /// <summary>Says when the chat is over. Looked at after each turn.</summary>
    /// <param name="condition">For example <c>Until.Says("APPROVED") | Until.MaxTurns(12)</c>.</param>
    public GroupChatBuilder<TTopic, TMessage, TOut> Until(Until condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        _draft.Until = condition;
        return this;
    }

    /// <summary>Lets code choose who speaks next; without a choice it goes round in the order of the participants.</summary>
    /// <param name="select">Pure and synchronous; yields a name, or a name and a reason. Recorded: a replay does not call it.</param>
    public GroupChatBuilder<TTopic, TMessage, TOut> SelectBy(Func<Transcript<TTopic, TMessage>, NextSpeaker> select)
    {
        ArgumentNullException.ThrowIfNull(select);
        _draft.Selector = new CodeSelector<TTopic, TMessage>(select);
        return this;
    }

    /// <summary>Lets a step, a flow or an agent of your own choose who speaks next. A name that nobody has goes back to it, twice.</summary>
    /// <param name="selector">Is given the transcript; runs before each turn under its own name.</param>
    public GroupChatBuilder<TTopic, TMessage, TOut> SelectBy(Step<Transcript<TTopic, TMessage>, NextSpeaker> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        _draft.Selector = new StepSelector<TTopic, TMessage>(selector);
        return this;
    }

    /// <summary>Lets a model choose who speaks next: an agent named <c>selector</c>, which is shown the transcript.</summary>
    /// <param name="selector">Model, instructions and options.</param>
    public GroupChatBuilder<TTopic, TMessage, TOut> SelectByModel(Action<AgentBuilder<Transcript<TTopic, TMessage>, NextSpeaker>> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        var agent = Agent.Create<Transcript<TTopic, TMessage>, NextSpeaker>("selector").Framed(new SelectorFrame<TTopic, TMessage>(), SelectorFrame<TTopic, TMessage>.Rules);
        selector(agent);
        return SelectBy(agent.Build());
    }

    /// <summary>Bounds the turns, whatever <see cref="Until"/> says; then the flow ends with a <see cref="PatternLimitException"/>.</summary>
    /// <param name="turns">At least 1. Default: 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public GroupChatBuilder<TTopic, TMessage, TOut> MaxTurns(int turns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        _draft.MaxTurns = turns;
        return this;
    }

    /// <summary>Lets code make the result. Without, it is the last message.</summary>
    /// <typeparam name="TNext">What it makes.</typeparam>
    /// <param name="make">Pure.</param>
    public GroupChatBuilder<TTopic, TMessage, TNext> Result<TNext>(Func<Transcript<TTopic, TMessage>, TNext> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return new(_scope, _draft, new CodeResult<TTopic, TMessage, TNext>("code", make));
    }

    /// <summary>Lets a step or an agent make the result of the transcript.</summary>
    /// <typeparam name="TNext">What it makes.</typeparam>
    /// <param name="summarizer">The step or agent; runs once, under its own name.</param>
    public GroupChatBuilder<TTopic, TMessage, TNext> Result<TNext>(Step<Transcript<TTopic, TMessage>, TNext> summarizer)
    {
        ArgumentNullException.ThrowIfNull(summarizer);
        return new(_scope, _draft, new StepResult<TTopic, TMessage, TNext>(summarizer));
    }

    internal GroupChatNode<TTopic, TMessage, TOut> BuildIn(DraftScope scope) => ReferenceEquals(scope, _scope)
        ? new(_draft.Freeze(scope, _result.Step), _result)
        : throw new InvalidOperationException($"The participants of group chat '{scope.Path}' are those of '{_scope.Path}'. Return what the GroupChat's own builder c returns: c => c.Participants(…).");
}

/// <summary>A group chat under construction.</summary>
internal sealed class GroupChatDraft<TTopic, TMessage>
{
    public List<ChatParticipant<TTopic, TMessage>> Participants { get; } = [];

    public SpeakerSelector<TTopic, TMessage> Selector { get; set; } = new RoundRobin<TTopic, TMessage>();

    public Until? Until { get; set; }

    public int MaxTurns { get; set; } = 100;

    public GroupChatPlan<TTopic, TMessage> Freeze(DraftScope scope, Step? summarizer)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { GroupChatPlan<TTopic, TMessage>.Next };
        foreach (var name in new[] { Selector.Step?.Name, summarizer?.Name }.OfType<string>().Concat(Participants.Select(participant => participant.Name)))
        {
            if (!names.Add(name)) scope.Report(name, $"the name '{name}' is taken, by another participant, the selector, the summarizer or the decisions ('next')", "name one of them otherwise: step.As(\"…\")");
        }

        if (Participants.Count == 0) scope.Report("nobody takes part", "name participants: c => c.Participants(…)");
        if (Until is null) scope.Report("nothing ends the chat", "say when it is over: .Until(Until.MaxTurns(12))");
        foreach (var part in Until?.Parts() ?? [])
        {
            if (part.MessageType is { } type && type != typeof(TMessage)) scope.Report($"the condition '{part}' is about messages of type {TypeNames.Short(type)}, and participants say {TypeNames.Short(typeof(TMessage))}", "give it the type of the messages");
        }

        return new([.. Participants.DistinctBy(participant => participant.Name)], Selector, Until ?? AgentFlow.Until.MaxTurns(1), MaxTurns);
    }
}
