namespace AgentFlow;

/// <summary>Participants and rules of a group chat, frozen.</summary>
internal sealed class GroupChatPlan<TTopic, TMessage>(IReadOnlyList<ChatParticipant<TTopic, TMessage>> participants, SpeakerSelector<TTopic, TMessage> selector, Until until, int maxTurns)
{
    /// <summary>The name of the decisions; no participant may have it.</summary>
    public const string Next = "next";

    private readonly Dictionary<string, ChatParticipant<TTopic, TMessage>> _byName = participants.ToDictionary(participant => participant.Name, StringComparer.Ordinal);
    private readonly string[] _names = [.. participants.Select(participant => participant.Name)];

    public IReadOnlyList<ChatParticipant<TTopic, TMessage>> Participants => participants;

    public IReadOnlyList<WorkerInfo> Infos { get; } = [.. participants.Select(participant => new WorkerInfo(participant.Name, participant.Description))];

    public IReadOnlyList<string> Names => _names;

    public SpeakerSelector<TTopic, TMessage> Selector => selector;

    public Until Until => until;

    public int MaxTurns => maxTurns;

    public string Signature { get; } = $"max-turns={maxTurns}; until={until}; next={selector.Name}; participants={string.Join(',', participants.Select(participant => participant.Name))}";

    public ChatParticipant<TTopic, TMessage>? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether the chat is over or goes round in a circle; null while it goes on. Code of the host is called: inside of a decision only.</summary>
    public GroupChatTurn? Judge(FlowContext context, IReadOnlyList<Said<TMessage>> said)
    {
        if (said.Count == 0) return null;
        if (VerbCode.Run(context, context.Path, "a condition of a group chat", ended => until.Reason(ended, _names), said) is { } reason) return new(null, true, reason);
        return Circle(said) is { } cycle ? new(null, false, "the same was said twice", cycle) : null;
    }

    /// <summary>The same ones have said the same twice, one after the other.</summary>
    private string[]? Circle(IReadOnlyList<Said<TMessage>> said)
    {
        for (var length = 1; length <= participants.Count && 2 * length <= said.Count; length++)
        {
            if (IsRepeated(said, length)) return [.. said.Skip(said.Count - length).Select(turn => turn.Speaker).Distinct()];
        }

        return null;
    }

    private static bool IsRepeated(IReadOnlyList<Said<TMessage>> said, int length)
    {
        for (var i = 1; i <= length; i++)
        {
            var (now, before) = (said[^i], said[^(i + length)]);
            if (now.Speaker != before.Speaker || now.ErrorType != before.ErrorType || !ValueComparer<TMessage?>.Default.Equals(now.Message, before.Message)) return false;
        }

        return true;
    }
}
