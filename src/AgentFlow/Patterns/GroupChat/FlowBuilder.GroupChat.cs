namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Lets participants talk about the value in one transcript that all of them see, until a condition says that it is over.
    /// <code>
    /// .GroupChat("room", c =&gt; c.Participants(writer, lawyer, editor).Until(Until.Says("APPROVED", "editor") | Until.MaxTurns(12)))
    /// </code>
    /// </summary>
    /// <remarks>
    /// Everything runs below <c>name</c>, each participant under its own name (<c>writer</c>, <c>writer#2</c>). Who speaks next, or why the chat
    /// is over, is a decision at <c>name/next</c>. A participant that fails leaves a turn that says so, which selectors and participants see;
    /// when its next turn fails as well, the failure is the flow's. When the same ones say the same twice, one after the other, the flow ends
    /// with a <see cref="LivelockException"/>. The result is the last message, unless <c>Result</c> says otherwise.
    /// </remarks>
    /// <typeparam name="TMessage">What participants say.</typeparam>
    /// <typeparam name="TNext">What the verb yields.</typeparam>
    /// <param name="name">The verb's name, a segment of the paths of everybody in it.</param>
    /// <param name="chat">Names participants, the end, who chooses the next speaker, and the result.</param>
    public FlowBuilder<TIn, TNext> GroupChat<TMessage, TNext>(string name, Func<GroupChatBuilder<TCurrent>, GroupChatBuilder<TCurrent, TMessage, TNext>> chat)
    {
        ArgumentNullException.ThrowIfNull(chat);
        var scope = Scope.Name(name);
        var given = chat(new GroupChatBuilder<TCurrent>(scope)) ?? throw new ArgumentException($"The participants of group chat '{scope.Path}' are null. Return what the last call returns: c => c.Participants(…).Until(…).", nameof(chat));
        return Coordinate(name, given.BuildIn(scope));
    }
}
