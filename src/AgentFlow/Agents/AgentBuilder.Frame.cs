namespace AgentFlow;

/// <content>Agents that a coordination verb makes.</content>
public sealed partial class AgentBuilder<TIn, TOut>
{
    private ConversationFrame<TIn, TOut>? _frame;
    private string? _rules;

    /// <summary>Puts the agent into a verb: the verb's rules follow its instructions; what it is told follows from the frame, unless it has a prompt.</summary>
    internal AgentBuilder<TIn, TOut> Framed(ConversationFrame<TIn, TOut> frame, string rules)
    {
        (_frame, _rules) = (frame, rules);
        return this;
    }

    private Func<TIn, string>? FramedInstructions()
    {
        if (_rules is not { } rules) return _instructions;
        return _instructions is { } instructions ? input => $"{instructions(input)}\n\n{rules}" : _ => rules;
    }
}
