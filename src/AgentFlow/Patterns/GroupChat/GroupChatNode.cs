using AgentFlow.Approvals;

namespace AgentFlow;

/// <summary>
/// Participants who share one transcript, as code: decide whether it is over and who speaks next, let that one speak, until it is over.
/// Each speaks under its own name; what was decided is a decision at <c>verb/next</c>.
/// </summary>
internal sealed class GroupChatNode<TTopic, TMessage, TOut>(GroupChatPlan<TTopic, TMessage> plan, ChatResult<TTopic, TMessage, TOut> result) : PatternNode<TTopic, TOut>
{
    public override string Kind => "group-chat";

    public override string Settings { get; } = $"{plan.Signature}; result={result.Name}";

    public override async ValueTask<TOut> RunAsync(FlowContext context, TTopic topic)
    {
        var said = new GrowingList<Said<TMessage>>();
        while (true)
        {
            var transcript = new Transcript<TTopic, TMessage>(topic, plan.Infos, said.Snapshot());
            var turn = await plan.Selector.NextAsync(context, transcript, plan).ConfigureAwait(false);
            if (turn.Cycle is { } cycle) throw VerbCode.At(context, context.Path, new LivelockException(context.Path, cycle, 2, "Add a condition with Until that ends the chat, or give the participants something new to say."));
            if (turn.IsOver) return await result.MakeAsync(context, transcript).ConfigureAwait(false);
            if (said.Count >= plan.MaxTurns) throw VerbCode.At(context, context.Path, new PatternLimitException(context.Path, "GroupChat", plan.MaxTurns, "turns", "Raise MaxTurns, or end it with Until.MaxTurns(…)."));
            var speaker = plan.Find(turn.Speaker!) ?? throw VerbCode.At(context, context.Path, new UnknownParticipantException(context.Path, turn.Speaker!, plan.Names));
            said.Add(await SpeakAsync(context, speaker, transcript, said).ConfigureAwait(false));
        }
    }

    protected override void DescribeVerb(FlowSketch sketch)
    {
        var mark = sketch.Mark;
        plan.Selector.Describe(sketch, plan, typeof(TTopic), typeof(TMessage));
        var decides = sketch.Ends;
        foreach (var participant in plan.Participants)
        {
            sketch.Ends = decides;
            participant.Describe(sketch);
            foreach (var end in sketch.Ends) sketch.Again(end.Id, mark, null);
        }

        sketch.Ends = decides;
        sketch.Label($"{plan.Until}");
        result.Describe(sketch);
    }

    /// <summary>A failure is a turn like any other; the second one in a row of the same participant is its own.</summary>
    private static async ValueTask<Said<TMessage>> SpeakAsync(FlowContext context, ChatParticipant<TTopic, TMessage> speaker, Transcript<TTopic, TMessage> transcript, GrowingList<Said<TMessage>> said)
    {
        var outcome = await speaker.SpeakAsync(context, transcript).ConfigureAwait(false);
        if (outcome.IsSuccess) return new(speaker.Name, outcome.Value);
        PatternFailures.ThrowIfFatal(outcome, context);
        for (var i = said.Count - 1; i >= 0; i--)
        {
            if (said[i].Speaker != speaker.Name) continue;
            if (!said[i].IsFailure) break;
            throw VerbCode.At(context, outcome.Path ?? context.Path, new EffectFailedException(outcome.ErrorType, outcome.Message, outcome.Path ?? context.Path));
        }

        return new(speaker.Name, default, outcome.ErrorType, outcome.Message);
    }
}

/// <summary>Somebody who takes part in a group chat.</summary>
internal abstract class ChatParticipant<TTopic, TMessage>(string name, string description)
{
    public string Name => name;

    public string Description => description;

    public virtual Step? Step => null;

    public abstract ValueTask<Outcome<TMessage>> SpeakAsync(FlowContext context, Transcript<TTopic, TMessage> transcript);

    public abstract void Describe(FlowSketch sketch);
}

/// <summary>An agent, a flow or a step.</summary>
internal sealed class StepParticipant<TTopic, TMessage>(Step<Transcript<TTopic, TMessage>, TMessage> step, string description) : ChatParticipant<TTopic, TMessage>(step.Name, description)
{
    public override Step? Step => step;

    public override async ValueTask<Outcome<TMessage>> SpeakAsync(FlowContext context, Transcript<TTopic, TMessage> transcript) =>
        (await context.CollectAsync([new StepCall<Transcript<TTopic, TMessage>, TMessage>(step, transcript)], 1).ConfigureAwait(false))[0];

    public override void Describe(FlowSketch sketch) => step.Describe(sketch, sketch.Use(step.Name));
}

/// <summary>A human who is asked for each message.</summary>
internal sealed class HumanParticipant<TTopic, TMessage>(string name, string description, string? role, RequestTerms terms) : ChatParticipant<TTopic, TMessage>(name, description)
{
    public override async ValueTask<Outcome<TMessage>> SpeakAsync(FlowContext context, Transcript<TTopic, TMessage> transcript)
    {
        try
        {
            return Outcome<TMessage>.Success(await context.AskAsync(Name, new Question<TMessage>("What do you say?") { Context = transcript, Role = role, Terms = terms }).ConfigureAwait(false));
        }
        catch (RequestExpiredException expired)
        {
            return Outcome<TMessage>.Failure("Timeout", expired.Message, context.Path.Child(Name));
        }
    }

    public override void Describe(FlowSketch sketch) => sketch.Add(sketch.Use(Name), Name, "ask", typeof(Transcript<TTopic, TMessage>), typeof(TMessage));
}
