namespace AgentFlow;

/// <summary>Who decides who speaks next.</summary>
internal abstract class SpeakerSelector<TTopic, TMessage>
{
    public abstract string Name { get; }

    public virtual Step? Step => null;

    public abstract ValueTask<GroupChatTurn> NextAsync(FlowContext context, Transcript<TTopic, TMessage> transcript, GroupChatPlan<TTopic, TMessage> plan);

    public virtual void Describe(FlowSketch sketch, GroupChatPlan<TTopic, TMessage> plan, Type topic, Type message) =>
        sketch.Add($"{sketch.Scope}/({Name})", Name, "group-chat", topic, message);

    protected static ValueTask<GroupChatTurn> RecordAsync(FlowContext context, Func<GroupChatTurn> decide) =>
        context.DecideAsync(GroupChatPlan<TTopic, TMessage>.Next, decide, static turn => turn.Reason);
}

/// <summary>One after the other, in the order in which they were named.</summary>
internal sealed class RoundRobin<TTopic, TMessage> : SpeakerSelector<TTopic, TMessage>
{
    public override string Name => "round-robin";

    public override ValueTask<GroupChatTurn> NextAsync(FlowContext context, Transcript<TTopic, TMessage> transcript, GroupChatPlan<TTopic, TMessage> plan) =>
        RecordAsync(context, () => plan.Judge(context, transcript.Messages) ?? new(plan.Names[transcript.Messages.Count % plan.Names.Count], false, "its turn in the round"));
}

/// <summary>Code.</summary>
internal sealed class CodeSelector<TTopic, TMessage>(Func<Transcript<TTopic, TMessage>, NextSpeaker> select) : SpeakerSelector<TTopic, TMessage>
{
    public override string Name => "code";

    public override ValueTask<GroupChatTurn> NextAsync(FlowContext context, Transcript<TTopic, TMessage> transcript, GroupChatPlan<TTopic, TMessage> plan) => RecordAsync(context, () =>
    {
        if (plan.Judge(context, transcript.Messages) is { } end) return end;
        var next = VerbCode.Run(context, context.Path, "the selector of a group chat", select, transcript);
        if (next?.Speaker is null || plan.Find(next.Speaker) is null) throw VerbCode.At(context, context.Path, new UnknownParticipantException(context.Path, next?.Speaker ?? "(null)", plan.Names));
        return new(next.Speaker, false, next.Reason ?? "");
    });
}

/// <summary>A step, usually an agent. A name that nobody has goes back to it, twice.</summary>
internal sealed class StepSelector<TTopic, TMessage>(Step<Transcript<TTopic, TMessage>, NextSpeaker> step) : SpeakerSelector<TTopic, TMessage>
{
    private const int Repairs = 2;

    public override string Name => step.Name;

    public override Step? Step => step;

    public override async ValueTask<GroupChatTurn> NextAsync(FlowContext context, Transcript<TTopic, TMessage> transcript, GroupChatPlan<TTopic, TMessage> plan)
    {
        var turn = await RecordAsync(context, () => plan.Judge(context, transcript.Messages) ?? new(null, false, "not over")).ConfigureAwait(false);
        if (turn.IsOver || turn.Cycle is not null || transcript.Messages.Count >= plan.MaxTurns) return turn;
        for (var repairs = 0; ; repairs++)
        {
            var next = await context.RunAsync(step, transcript).ConfigureAwait(false);
            if (next?.Speaker is { } name && plan.Find(name) is not null) return await RecordAsync(context, () => new(name, false, next.Reason ?? "")).ConfigureAwait(false);
            if (repairs == Repairs) throw VerbCode.At(context, context.Path, new UnknownParticipantException(context.Path, next?.Speaker ?? "(null)", plan.Names));
            transcript = transcript with { Notice = $"There is no participant '{next?.Speaker}'. Choose one of: {string.Join(", ", plan.Names)}." };
        }
    }

    public override void Describe(FlowSketch sketch, GroupChatPlan<TTopic, TMessage> plan, Type topic, Type message) => step.Describe(sketch, sketch.Use(step.Name));
}
