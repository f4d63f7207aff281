namespace AgentFlow;

/// <summary>Agents, humans and edges of a <c>Handoff</c>, frozen.</summary>
internal sealed class HandoffPlan<TIn, TOut>(
    IReadOnlyList<HandoffParticipant<TIn, TOut>> participants, IReadOnlyList<HandoffEdge> edges, HandoffHistory history, HandoffUser? user, int maxHops)
{
    private readonly Dictionary<string, HandoffParticipant<TIn, TOut>> _byName = participants.ToDictionary(participant => participant.Name, StringComparer.Ordinal);

    public HandoffParticipant<TIn, TOut> Start => participants[0];

    public HandoffHistory History => history;

    public HandoffUser? User => user;

    public int MaxHops => maxHops;

    public IEnumerable<string> Names => _byName.Keys;

    public string Signature { get; } = $"max-hops={maxHops}; history={history.Name}; edges={string.Join(',', edges.Select(edge => $"{edge.From}>{edge.To}"))}{(user is null ? "" : $"; user={user.Name}/{user.MaxReplies}")}";

    public HandoffParticipant<TIn, TOut>? Find(string name) => _byName.GetValueOrDefault(name);

    public void Describe(FlowSketch sketch)
    {
        var start = sketch.Ends;
        var (answers, results) = (new List<OpenEnd>(), new List<OpenEnd>());
        foreach (var participant in participants)
        {
            sketch.Ends = ReferenceEquals(participant, Start) ? start : [];
            var id = sketch.Use(participant.Name);
            if (participant.Agent is { } agent) agent.Describe(sketch, id);
            else sketch.Add(id, participant.Name, "ask", typeof(HandoffCase), typeof(HandoffReply<TOut>));
            if (participant.Agent is null) results.Add(new(id, "result"));
            else answers.AddRange(sketch.Ends.Select(end => end with { Label = "answer" }));
        }

        foreach (var edge in edges)
        {
            sketch.Edge(sketch.Use(edge.From), sketch.Use(edge.To), edge.When.Length == 0 ? null : edge.When);
            if (_byName[edge.To].Human is not null) sketch.Edge(sketch.Use(edge.To), sketch.Use(edge.From), "message");
        }

        if (history.Summarizer is { } summarizer)
        {
            sketch.Ends = [];
            summarizer.Describe(sketch, sketch.Use(summarizer.Name));
        }

        sketch.Ends = answers;
        if (user is not null)
        {
            sketch.Add(sketch.Use(user.Name), user.Name, "ask", typeof(TOut), typeof(string));
            foreach (var participant in participants.Where(participant => participant.Agent is not null)) sketch.Edge(sketch.Use(user.Name), sketch.Use(participant.Name), null, DescribedEdgeKind.Again);
            sketch.Label("end");
        }

        sketch.Ends = [.. sketch.Ends, .. results];
    }
}

/// <summary>A way along which control may go.</summary>
internal sealed record HandoffEdge(string From, string To, string When);
