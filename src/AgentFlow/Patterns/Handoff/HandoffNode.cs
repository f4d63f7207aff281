using AgentFlow.Approvals;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// Agents that hand a conversation to each other, as code: run the one in control, follow where it hands over, until one answers. Each runs
/// under its own name; each hand-off is a decision at <c>verb/hop</c>.
/// </summary>
internal sealed class HandoffNode<TIn, TOut>(HandoffPlan<TIn, TOut> plan) : PatternNode<TIn, TOut>
{
    /// <summary>The name of the decisions; no participant may have it.</summary>
    public const string Hop = "hop";

    public override string Kind => "handoff";

    public override string Settings => plan.Signature;

    public override async ValueTask<TOut> RunAsync(FlowContext context, TIn input)
    {
        var trail = new HandoffTrail();
        var said = new List<ChatMessage>();
        var control = plan.Start;
        var turn = new HandoffTurn<TIn>(input, []);
        var replies = 0;
        while (true)
        {
            turn = turn with { Messages = plan.History.Select(context, said) };
            var result = await context.RunAsync(control.Agent!, turn).ConfigureAwait(false);
            said.AddRange(result.Messages);
            trail.Listen(result.Messages);
            turn = new(input, []);
            if (result.To is null)
            {
                if (plan.User is not { } user || await AskUserAsync(context, user, result.Answer!).ConfigureAwait(false) is not { } words) return result.Answer!;
                if (++replies >= user.MaxReplies) throw Limit(context, user.MaxReplies, "messages of the user", "Raise maxReplies, or end the conversation earlier.");
                Say(said, trail, words);
                continue;
            }

            var hop = await HopAsync(context, trail, control.Name, result.To, result.Reason).ConfigureAwait(false);
            if (hop.IsRefused)
            {
                turn = turn with { Notice = $"The conversation was with '{hop.To}' before, and nothing new has come up since. It stays with you: answer, or hand it over to somebody else." };
                continue;
            }

            if (trail.Hops > plan.MaxHops) throw Limit(context, plan.MaxHops, "hand-offs", "Raise MaxHops, or tell the agents in their instructions who answers what.");
            var next = plan.Find(result.To) ?? throw new FlowNondeterminismException(context.Path.Child(Hop), $"a hand-off to '{result.To}'", $"participants {string.Join(", ", plan.Names)}");
            if (next.Human is { } human)
            {
                var reply = await AskHumanAsync(context, human, new(control.Name, result.Reason ?? "", [.. said])).ConfigureAwait(false);
                if (reply is { Message: null }) return reply.Result!;
                if (reply is null) turn = turn with { Notice = $"'{human.Name}' has not answered in time. Go on without an answer if you can, or say that you cannot." };
                else Say(said, trail, reply.Message!);
                continue;
            }

            if (plan.History.Summarizer is { } summarizer) said = [new(ChatRole.User, $"Summary of the conversation so far:\n{await context.RunAsync(summarizer, MessageParts.Transcript(said)).ConfigureAwait(false)}")];
            turn = turn with { From = control.Name, Reason = result.Reason };
            control = next;
        }
    }

    protected override void DescribeVerb(FlowSketch sketch) => plan.Describe(sketch);

    private static async ValueTask<HandoffHop> HopAsync(FlowContext context, HandoffTrail trail, string from, string to, string? reason)
    {
        var hop = await context.DecideAsync(Hop, () => trail.Judge(from, to), reason).ConfigureAwait(false);
        if (hop.Cycle is { } cycle) throw VerbCode.At(context, context.Path, new LivelockException(context.Path, cycle, hop.Repetitions, "Tell the agents in their instructions who answers what, or take one of the edges away."));
        trail.Note(hop);
        return hop;
    }

    /// <summary>What the user says to an answer; null when the user has nothing more to say.</summary>
    private static async ValueTask<string?> AskUserAsync(FlowContext context, HandoffUser user, TOut answer)
    {
        var words = await context.AskAsync(user.Name, new Question<string>("An answer. What else?") { Context = answer, Role = user.Role, Terms = user.Terms }.OrElse("")).ConfigureAwait(false);
        return string.IsNullOrWhiteSpace(words) ? null : words;
    }

    private static async ValueTask<HandoffReply<TOut>?> AskHumanAsync(FlowContext context, HandoffHuman human, HandoffCase shown)
    {
        var question = new Question<HandoffReply<TOut>>("An agent hands a conversation over to you. Give it a message to go on with, or the result.") { Context = shown, Role = human.Role, Terms = human.Terms };
        try
        {
            return await context.AskAsync(human.Name, question).ConfigureAwait(false);
        }
        catch (RequestExpiredException)
        {
            return null;
        }
    }

    private static void Say(List<ChatMessage> said, HandoffTrail trail, string words)
    {
        said.Add(new(ChatRole.User, words));
        trail.Hear();
    }

    private static Exception Limit(FlowContext context, int limit, string unit, string cure) =>
        VerbCode.At(context, context.Path, new PatternLimitException(context.Path, "Handoff", limit, unit, cure));
}

/// <summary>Somebody who can have control.</summary>
internal sealed record HandoffParticipant<TIn, TOut>(string Name, Step<HandoffTurn<TIn>, HandoffResult<TOut>>? Agent, HandoffHuman? Human);

/// <summary>A human to whom agents can hand over.</summary>
internal sealed record HandoffHuman(string Name, string? Role, RequestTerms Terms);

/// <summary>The user with whom the agents talk.</summary>
internal sealed record HandoffUser(string Name, string? Role, RequestTerms Terms, int MaxReplies);
