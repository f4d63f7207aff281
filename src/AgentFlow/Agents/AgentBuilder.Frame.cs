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

    /// <summary>Instructions with the rules of a verb behind them.</summary>
    internal static Func<TIn, string>? WithRules(Func<TIn, string>? instructions, string? rules)
    {
        if (string.IsNullOrEmpty(rules)) return instructions;
        return instructions is null ? _ => rules : input => $"{instructions(input)}\n\n{rules}";
    }
}
