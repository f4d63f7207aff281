using AgentFlow;

namespace ResearchDesk;

/// <summary>Those who decide, write and review. They see what the reconciliation has shown, and need not be handed it.</summary>
internal static class Editors
{
    public static Agent<Dispute<Figure>, Ruling> Judge() =>
        Agent.Create<Dispute<Figure>, Ruling>("judge").Instructions(Roles.Judge).OnTheModel().Build();

    public static Agent<Redo<WriteOrder, Draft>, Draft> Writer() =>
        Agent.Create<Redo<WriteOrder, Draft>, Draft>("writer").Instructions(Roles.Writer).Sees(Earlier.All).OnTheModel().Build();

    public static Agent<Draft, Verdict> Reviewer() =>
        Agent.Create<Draft, Verdict>("reviewer").Instructions(Roles.Reviewer).Sees(Earlier.Named("figures", "ratios")).OnTheModel().Build();
}
