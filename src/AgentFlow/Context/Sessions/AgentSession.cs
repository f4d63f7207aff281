using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>One invocation of an agent in the session of its run: what was said before, and what is kept of it.</summary>
internal sealed class AgentSession
{
    private const string Segment = "(session)";
    private static readonly LoadSessionStep Load = new();
    private static readonly SaveSessionStep Save = new();
    private readonly FlowContext _context;
    private readonly SessionRecord _before;

    private AgentSession(FlowContext context, SessionRecord before) => (_context, _before) = (context, before);

    /// <summary>What was said before.</summary>
    public IReadOnlyList<ChatMessage> Messages => _before.Messages;

    /// <summary>The session of the run; null when the run is in none.</summary>
    public static async ValueTask<AgentSession?> OpenAsync(FlowContext context)
    {
        if (context.Run.Options.SessionId is not { } id) return null;
        var key = new SessionKey(id, context.Owner);
        var record = await Load.InvokeAsync(context, context.Path.Child(Segment).Child(Load.Name), key).ConfigureAwait(false);
        if (record is not null) context.Raise(record.Label);
        return new(context, record ?? new() { Key = key, Version = 0, User = context.Principal.User, Tenant = context.Principal.Tenant, Messages = [] });
    }

    /// <summary>Keeps the conversation as it stands; durable before the agent's answer goes anywhere.</summary>
    public async ValueTask CloseAsync(IReadOnlyList<ChatMessage> messages) => await Save.InvokeAsync(
        _context,
        _context.Path.Child(Segment).Child(Save.Name),
        _before with { Version = _before.Version + 1, Messages = messages, Label = Label.Join(_context.Label, _before.Label) ?? Label.None }).ConfigureAwait(false);
}
