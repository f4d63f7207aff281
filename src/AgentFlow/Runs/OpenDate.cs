using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>A wait that a date resolves.</summary>
internal abstract class OpenDate(FlowRun run, StepPath path, DateTimeOffset due) : OpenWait(run, path)
{
    private static readonly ApprovalDecision Fired = ApprovalDecision.Answer(null);
    private DateTimer? _timer;

    public DateTimeOffset Due => due;

    /// <summary>Call it once the wait is registered with the run.</summary>
    public void Start() => _timer = DateTimer.Start(Run.Runtime.Time, Run.Runtime.Dispatcher, due, this, static state => ((OpenDate)state).Fire());

    public sealed override PendingWait Pending => new(WaitKind.Date, Path, due);

    public sealed override void Detach() => Close();

    public sealed override void Reattach() => Start();

    public sealed override JournalEntry? Withdrawal(string reason) => null;

    public sealed override void Close() => _timer?.Dispose();

    public sealed override void Supersede(OpenWait successor) => Close();

    /// <summary>The entry that says the date has come.</summary>
    protected abstract JournalEntry Resolution();

    private void Fire() => Run.TryResolve(Path, Fired, _ => Resolution());
}

/// <summary>A branch that waits for a date.</summary>
internal sealed class OpenTimer(FlowRun run, StepPath path, DateTimeOffset due) : OpenDate(run, path, due)
{
    protected override JournalEntry Resolution() => new TimerEntry(JournalEntryKind.TimerFired, Path, Due);
}
