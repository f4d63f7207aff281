using AgentFlow.Journaling;

namespace AgentFlow.Tests.Journaling.Durable.Simulation;

/// <summary>What simulations have met: one that never met something would prove nothing about it.</summary>
internal sealed class SimulationCounts
{
    public int Crashes { get; private set; }

    /// <summary>The process was cut off while something was to be written.</summary>
    public int BeforeWrite { get; private set; }

    /// <summary>The process was cut off after something was written, before it knew.</summary>
    public int BeforeAcknowledgement { get; private set; }

    public int Faults { get; private set; }

    public int Timers { get; private set; }

    public int Suspensions { get; private set; }

    public int Resumptions { get; private set; }

    public int Answers { get; set; }

    public int RefusedAnswers { get; set; }

    public int Uncertain { get; set; }

    public int Irreversible { get; set; }

    public int Cancellations { get; set; }

    public int Cancelled { get; set; }

    public int Ended { get; set; }

    public void Note(SimulatedLife life, bool isLast, SimulatedStore store)
    {
        if (life.Connection.HasFailed) Faults++;
        if (!isLast && !store.HasEnded)
        {
            Crashes++;
            if (life.Connection.Unwritten > 0) BeforeWrite++;
            if (life.Connection.Unacknowledged > 0) BeforeAcknowledgement++;
        }

        if (!store.HasEnded) return;
        Timers += store.Kinds.GetValueOrDefault(JournalEntryKind.TimerFired);
        Suspensions += store.Kinds.GetValueOrDefault(JournalEntryKind.RunSuspended);
        Resumptions += store.Kinds.GetValueOrDefault(JournalEntryKind.RunResumed);
    }

    public override string ToString() =>
        $"{Ended} runs ended, {Cancelled} were cancelled; {Crashes} crashes, {BeforeWrite} of them before a write, {BeforeAcknowledgement} before an acknowledgement; {Faults} failures of the store; "
        + $"{Resumptions} resumptions, {Suspensions} suspensions, {Timers} timers, {Answers} answers, {RefusedAnswers} refused ones, {Irreversible} irreversible effects, {Uncertain} uncertain ones, {Cancellations} cancellations";
}
