using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>A branch that waits for a signal, until a date perhaps.</summary>
/// <param name="run">The run.</param>
/// <param name="path">Where the flow waits.</param>
/// <param name="signal">The name of the signal.</param>
/// <param name="type">The type of the value; null when it does not matter.</param>
/// <param name="due">When it is given up; null for never.</param>
internal sealed class OpenSignal(FlowRun run, StepPath path, string signal, Type? type, DateTimeOffset? due) : OpenWait(run, path)
{
    private static readonly ApprovalDecision TimedOut = ApprovalDecision.Answer(null);
    private DateTimer? _timer;

    public string Signal => signal;

    /// <summary>Whoever waited first is served first, also after a restart.</summary>
    public (DateTimeOffset Opened, long Order) Turn { get; set; }

    public override PendingWait Pending => new(WaitKind.Signal, Path, Turn.Opened, signal) { Due = due };

    /// <exception cref="SignalMismatchException">The wait does not take this value.</exception>
    public void Check(SignalReceivedEntry received)
    {
        if (type is not null) received.ReadAs(type, Path, Run.Runtime);
    }

    /// <summary>Call it once the wait is registered with the run.</summary>
    public void Start()
    {
        if (due is { } date) _timer = DateTimer.Start(Run.Runtime.Time, Run.Runtime.Dispatcher, date, this, static state => ((OpenSignal)state).GiveUp());
    }

    public override void Detach() => Close();

    public override void Reattach() => Start();

    public override JournalEntry? Withdrawal(string reason) => null;

    public override void Close() => _timer?.Dispose();

    public override void Supersede(OpenWait successor)
    {
        Close();
        if (successor is OpenSignal next) next.Turn = Turn;
    }

    private void GiveUp() => Run.TryResolve(Path, TimedOut, _ => new TimerEntry(JournalEntryKind.TimerFired, Path, due!.Value));
}
