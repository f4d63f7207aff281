using AgentFlow.Approvals;

namespace AgentFlow;

/// <content>Asking for help.</content>
public sealed partial class AgentBuilder<TIn, TOut>
{
    /// <summary>
    /// Lets the model say that it cannot proceed, with a reason: it gets a tool <c>ask_human</c>, whose call opens a request and returns
    /// the human's answer. The run waits like for any other request.
    /// </summary>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">Until when and who is asked next. When the last deadline passes, the model is told that nobody answered.</param>
    /// <exception cref="InvalidOptionException">The terms are out of their range; the message names which.</exception>
    /// <remarks>
    /// What the model writes is the <see cref="ApprovalRequest.Value"/> of the request, not its prompt: it is untrusted, and shown as the
    /// model's own words. The answer reaches the model as it is.
    /// </remarks>
    public AgentBuilder<TIn, TOut> CanAskHuman(string? role = null, RequestTerms? terms = null)
    {
        terms ??= RequestTerms.Default;
        terms.Validate();
        return Tools(HumanTool.Create(role, terms));
    }
}

/// <summary>The question of an agent that cannot proceed, as a flow of its own: it waits, is answered and recovered like any other.</summary>
internal static class HumanTool
{
    private const string Name = "ask_human";

    public static Tool Create(string? role, RequestTerms terms)
    {
        var flow = Flow.FromCode<string, string>(Name, async (reason, ctx) => await ctx.AskAsync(
            "help", new Question<string>("An agent says that it cannot proceed, and why.") { Context = reason, Role = role, Terms = terms }
                .OrElse("Nobody answered in time. Go on without an answer if you can, or say that you cannot.")).ConfigureAwait(false));
        return Tool.From(flow, o => o.Description(
            "Asks a human for help and returns the answer. Call it only when you cannot proceed: when information is missing that no other tool has, or a decision is not yours. "
            + "input: why you cannot proceed, and what exactly you need to know."));
    }
}
