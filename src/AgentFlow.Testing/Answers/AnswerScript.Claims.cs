using AgentFlow.Approvals;

namespace AgentFlow.Testing;

/// <content>What people do with a request before somebody answers it.</content>
public sealed partial class AnswerScript
{
    /// <summary>Takes a request up.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="by">Who takes it.</param>
    public AnswerScript Claim(string name, Principal by) =>
        Add(name, $"{by.User} claims '{name}'", null, (inbox, request) => inbox.ClaimAsync(request.Id, by).AsTask());

    /// <summary>Hands a request to one person.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="by">Who delegates.</param>
    /// <param name="to">The user's id.</param>
    public AnswerScript Delegate(string name, Principal by, string to) =>
        Add(name, $"{by.User} delegates '{name}' to {to}", null, (inbox, request) => inbox.DelegateAsync(request.Id, by, to).AsTask());

    /// <summary>Asks the next level.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="by">Who escalates.</param>
    public AnswerScript Escalate(string name, Principal by) =>
        Add(name, $"{by.User} escalates '{name}'", null, (inbox, request) => inbox.EscalateAsync(request.Id, by).AsTask());
}
