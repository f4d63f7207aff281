using System.Diagnostics;
using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>Begins a <c>Handoff</c>. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What the verb is given.</typeparam>
public sealed class HandoffBuilder<TIn>
{
    private readonly DraftScope _scope;
    private bool _isContinued;

    internal HandoffBuilder(DraftScope scope) => _scope = scope;

    /// <summary>Names the agent that has control first. What it answers is what every agent answers, and what the verb yields.</summary>
    /// <typeparam name="TOut">What the agents answer.</typeparam>
    /// <param name="agent">The agent.</param>
    /// <exception cref="InvalidOperationException">Start was said before: go on with what it returned.</exception>
    public HandoffBuilder<TIn, TOut> Start<TOut>(Agent<TIn, TOut> agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (_isContinued) throw new InvalidOperationException($"Hand-off '{_scope.Path}' has its first agent already. Chain the edges: h => h.Start(…).Edge(…).");
        _isContinued = true;
        return new(_scope, agent);
    }
}

/// <summary>Names the edges of a <c>Handoff</c>, and its rules. Single use, not thread-safe.</summary>
/// <typeparam name="TIn">What the verb is given, and every agent takes.</typeparam>
/// <typeparam name="TOut">What every agent answers.</typeparam>
[DebuggerDisplay("{_agents.Count} agents, {_edges.Count} edges")]
public sealed class HandoffBuilder<TIn, TOut>
{
    private readonly DraftScope _scope;
    private readonly List<Agent<TIn, TOut>> _agents = [];
    private readonly List<HandoffHuman> _humans = [];
    private readonly List<HandoffEdge> _edges = [];
    private HandoffHistory _history = HandoffHistory.All;
    private HandoffUser? _user;
    private int _maxHops = 16;

    internal HandoffBuilder(DraftScope scope, Agent<TIn, TOut> start)
    {
        _scope = scope;
        _agents.Add(start);
    }

    /// <summary>Lets an agent hand the conversation over to another one: it gets a tool <c>hand_off_to_…</c>.</summary>
    /// <param name="from">Who may hand over.</param>
    /// <param name="to">To whom.</param>
    /// <param name="when">For what, as the agent's model reads it: "invoices and refunds".</param>
    public HandoffBuilder<TIn, TOut> Edge(Agent<TIn, TOut> from, Agent<TIn, TOut> to, string when = "")
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(when);
        Know(from);
        Know(to);
        return Connect(from.Name, to.Name, when);
    }

    /// <summary>
    /// Lets an agent hand the conversation over to a human: a question named <paramref name="human"/> opens, with the conversation as its
    /// context. The answer is a message, with which the agent that has handed over goes on, or the result.
    /// </summary>
    /// <param name="from">Who may hand over.</param>
    /// <param name="human">The human's name: a segment of the request's path, and what models call them.</param>
    /// <param name="when">For what, as the agent's model reads it.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">Until when and who is asked next. When nobody answers in time, the agent is told.</param>
    /// <exception cref="InvalidOptionException">The terms are out of their range; the message names which.</exception>
    public HandoffBuilder<TIn, TOut> ToHuman(Agent<TIn, TOut> from, string human, string when = "", string? role = null, RequestTerms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(when);
        terms?.Validate();
        Know(from);
        var given = new HandoffHuman(StepName.Validate(human), role, terms ?? RequestTerms.Default);
        if (_humans.Find(known => known.Name == human) is not { } other) _humans.Add(given);
        else if (other != given) _scope.Report(human, $"human '{human}' is named twice with different roles or terms", "give both edges the same, or name two humans");
        return Connect(from.Name, human, when);
    }

    /// <summary>Says what of the conversation goes along with a hand-off. Default: <see cref="HandoffHistory.All"/>.</summary>
    /// <param name="history">The rule.</param>
    public HandoffBuilder<TIn, TOut> History(HandoffHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        _history = history;
        return this;
    }

    /// <summary>Bounds the hand-offs; then the flow ends with a <see cref="PatternLimitException"/>. Each message of a human counts anew.</summary>
    /// <param name="hops">At least 1. Default: 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public HandoffBuilder<TIn, TOut> MaxHops(int hops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hops, 1);
        _maxHops = hops;
        return this;
    }

    /// <summary>
    /// Makes it a conversation with a user: an answer does not end it, but opens a question of this name with the answer as its context.
    /// What the user says goes to the agent that is in control; an empty answer ends the conversation, and the last answer is the result.
    /// </summary>
    /// <param name="name">The question's name, a segment of its path.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">Until when. When the user says nothing in time, the conversation ends.</param>
    /// <param name="maxReplies">How many messages the user may send; then the flow ends with a <see cref="PatternLimitException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one message.</exception>
    /// <exception cref="InvalidOptionException">The terms are out of their range; the message names which.</exception>
    public HandoffBuilder<TIn, TOut> Converse(string name = "user", string? role = null, RequestTerms? terms = null, int maxReplies = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxReplies, 1);
        terms?.Validate();
        _user = new(StepName.Validate(name), role, terms ?? RequestTerms.Default, maxReplies);
        return this;
    }

    internal HandoffPlan<TIn, TOut> BuildIn(DraftScope scope)
    {
        if (!ReferenceEquals(scope, _scope)) throw new InvalidOperationException($"The edges of hand-off '{scope.Path}' are those of '{_scope.Path}'. Return what the Handoff's own builder h returns: h => h.Start(…).");
        HandoffDefects.Report(scope, _agents, _humans, _edges, _history, _user);
        HandoffEdge[] edges = [.. _edges.Distinct()];
        var participants = _agents.DistinctBy(agent => agent.Name)
            .Select(agent => new HandoffParticipant<TIn, TOut>(agent.Name, Participant(agent, edges), null))
            .Concat(_humans.Where(human => !_agents.Exists(agent => agent.Name == human.Name)).Select(human => new HandoffParticipant<TIn, TOut>(human.Name, null, human)));
        return new([.. participants], edges, _history, _user, _maxHops);
    }

    private Step<HandoffTurn<TIn>, HandoffResult<TOut>> Participant(Agent<TIn, TOut> agent, HandoffEdge[] edges)
    {
        HandoffTool[] tools = [.. edges.Where(edge => edge.From == agent.Name).DistinctBy(edge => HandoffTool.NameFor(edge.To)).Select(edge =>
        {
            var target = _agents.Find(other => other.Name == edge.To);
            return HandoffTool.Create(edge.To, target, edge.When, target?.Description ?? "A human.");
        })];
        var definition = agent.Definition.Join(static turn => turn.Input, new HandoffFrame<TIn, TOut>(agent.Definition), tools, tools.Length == 0 ? "" : HandoffFrame<TIn, TOut>.Rules);
        return new Agent<HandoffTurn<TIn>, HandoffResult<TOut>>(definition, agent.Plan.Lane);
    }

    private HandoffBuilder<TIn, TOut> Connect(string from, string to, string when)
    {
        _edges.Add(new(from, to, when));
        return this;
    }

    private void Know(Agent<TIn, TOut> agent)
    {
        if (!_agents.Contains(agent)) _agents.Add(agent);
    }
}
