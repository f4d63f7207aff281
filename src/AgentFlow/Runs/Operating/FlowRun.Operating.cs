using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>
/// What operators do to a run. Each act is an entry with who and why, and is judged by the policies that cover
/// <see cref="Policies.PolicyOperation.OperateRun"/>.
/// </content>
public abstract partial class FlowRun
{
    private const int Cancelling = 1;
    private const int Paused = 2;
    private int _halt;

    /// <summary>Whether the run is paused: no effect starts.</summary>
    public bool IsPaused => (Volatile.Read(ref _halt) & Paused) != 0;

    /// <summary>
    /// What the run waits for at this moment: humans, dates, and effects that do not start because the run is paused. The path of such
    /// an effect is that of the wait without its last segment.
    /// </summary>
    public IReadOnlyList<PendingWait> Waits
    {
        get
        {
            lock (_cancellation) return _waits is null ? [] : Pending();
        }
    }

    /// <summary>Whether nothing may start without a closer look.</summary>
    internal bool IsHalted => Volatile.Read(ref _halt) != 0;

    /// <summary>
    /// Pauses the run: running bodies finish and are recorded, no other effect starts, in this process or a later one, until
    /// <see cref="ContinueAsync"/>. Humans may answer meanwhile, dates may come. Pausing a paused run does nothing.
    /// </summary>
    /// <param name="by">Who.</param>
    /// <param name="why">Why.</param>
    /// <exception cref="OperatorException">The run has ended.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses it.</exception>
    public async Task PauseAsync(Principal by, string why)
    {
        await JudgeAsync(OperatorAct.Paused, RootPath, by, why).ConfigureAwait(false);
        int? suspended = null;
        lock (_cancellation)
        {
            Revive();
            if (IsTerminal) throw new OperatorException(Id, RootPath, $"it has ended ({_status}) and cannot be paused.");
            if (IsPaused) return;
            Append(new OperatorActedEntry(RootPath, OperatorAct.Paused, by, why));
            Volatile.Write(ref _halt, _halt | Paused);
            if (_status == RunStatus.Suspended) suspended = SuspendAgain();
        }

        if (suspended is not null) Runtime.OnSuspended(this, suspended);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Lets a paused run go on. Does nothing to a run that is not paused.</summary>
    /// <param name="by">Who.</param>
    /// <param name="why">Why.</param>
    /// <exception cref="OperatorException">The run has ended.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses it.</exception>
    public async Task ContinueAsync(Principal by, string why)
    {
        await JudgeAsync(OperatorAct.Continued, RootPath, by, why).ConfigureAwait(false);
        await BackAsync().ConfigureAwait(false);
        var continuations = new List<IThreadPoolWorkItem>();
        int? suspended = null;
        bool isResumed;
        lock (_cancellation)
        {
            Revive();
            if (IsTerminal) throw new OperatorException(Id, RootPath, $"it has ended ({_status}) and cannot be continued.");
            if (!IsPaused) return;
            Append(new OperatorActedEntry(RootPath, OperatorAct.Continued, by, why));
            Volatile.Write(ref _halt, _halt & ~Paused);
            List<OpenPause> paused = [.. (_waits?.Values ?? Enumerable.Empty<OpenWait>()).OfType<OpenPause>()];
            isResumed = paused.Count > 0 && TryMarkResumed();
            foreach (var wait in paused)
            {
                _waits!.Remove(wait.Path);
                if (!wait.TryDetachWaiter(ApprovalDecision.Answer(null))) continue;
                Wake();
                continuations.Add(wait);
            }

            if (isResumed && !_isLoaded)
            {
                Wake();
                Load();
                continuations.Add(this);
            }
            else if (!isResumed && _status == RunStatus.Suspended)
            {
                suspended = SuspendAgain();
            }
        }

        for (var i = 0; i < continuations.Count; i++) Continue(continuations[i], isResumed && i == 0);
        if (suspended is not null) Runtime.OnSuspended(this, suspended);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Gives the result of an effect that waits: because the run is paused, for an approval, or because it is uncertain whether it has happened.
    /// The body is not executed; the branch goes on with the result.
    /// </summary>
    /// <typeparam name="T">The type of the result; exactly what the step yields.</typeparam>
    /// <param name="path">The effect.</param>
    /// <param name="result">Its result.</param>
    /// <param name="by">Who.</param>
    /// <param name="why">Why.</param>
    /// <exception cref="OperatorException">No effect waits there, or it yields another type.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses it.</exception>
    public Task ReplaceResultAsync<T>(StepPath path, T result, Principal by, string why) => StandInAsync(OperatorAct.Replaced, path, _ => result, by, why);

    /// <summary>Skips an effect that waits, and whose result is of the type of its input: the input is its result.</summary>
    /// <param name="path">The effect.</param>
    /// <param name="by">Who.</param>
    /// <param name="why">Why.</param>
    /// <exception cref="OperatorException">No effect waits there, or it yields another type than it takes.</exception>
    /// <exception cref="PolicyDeniedException">A policy refuses it.</exception>
    public Task SkipAsync(StepPath path, Principal by, string why) => StandInAsync(
        OperatorAct.Skipped,
        path,
        effect => effect.TrySkip(out var result) ? result : throw new OperatorException(Id, path, $"it yields a {TypeNames.Short(effect.ResultType)} and takes something else, so there is nothing to go on with. Give a result: ReplaceResultAsync."),
        by,
        why);

    /// <summary>The branch rests until the run goes on. Called by an attempt, before it takes a slot.</summary>
    /// <exception cref="EffectReplacedException">An operator stood in for the effect.</exception>
    internal async ValueTask WhilePausedAsync(WaitingEffect effect, StepPath at, CancellationToken cancellationToken)
    {
        var wait = new OpenPause(this, at, effect, Runtime.Time.GetUtcNow());
        var answer = wait.Attach(Generation);
        if (!TryOpen(wait, null, out _, out _)) return;
        wait.Watch(cancellationToken);

        // Whoever continues the run looks at the waits under the lock: it has seen this one, or has let it go.
        if (!IsPaused && TryClose(wait)) return;
        Rest();
        await answer.ConfigureAwait(false);
    }

    private async Task StandInAsync(OperatorAct act, StepPath path, Func<WaitingEffect, object?> result, Principal by, string why)
    {
        ArgumentNullException.ThrowIfNull(path);
        await JudgeAsync(act, path, by, why).ConfigureAwait(false);
        await BackAsync().ConfigureAwait(false);
        StepPath? at;
        object? value = null;
        lock (_cancellation) at = _waits?.Values.FirstOrDefault(wait => path.Equals(wait.Effect?.Path))?.Path;
        if (at is null || !TryResolve(at, () => ApprovalDecision.Replace(value), Resolution)) throw new OperatorException(Id, path, "no effect waits there. Pause the run first, and look at its Waits.");
        await FlushAsync().ConfigureAwait(false);

        JournalEntry? Resolution(OpenWait wait)
        {
            if (wait.Effect is not { } effect || !path.Equals(effect.Path)) return null;
            value = result(effect);
            var completed = effect.Completed(value, Runtime.Json) ?? throw new OperatorException(Id, path, $"it yields a {TypeNames.Short(effect.ResultType)}, not {(value is null ? "null" : $"a {TypeNames.Short(value.GetType())}")}.");
            Append(completed);
            if (wait.Withdrawal("an operator stood in for the effect") is { } withdrawal) Append(withdrawal);
            return new OperatorActedEntry(path, act, by, why);
        }
    }

    /// <summary>A run that has come from the journal is on its way to where it waits.</summary>
    private async ValueTask BackAsync()
    {
        if (_isWoken) await SettledAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private ValueTask JudgeAsync(OperatorAct act, StepPath path, Principal by, string why)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentException.ThrowIfNullOrWhiteSpace(why);
        return RunGate.OperateAsync(this, act, path, by, why);
    }

    /// <summary>Whether the entries say that the run is paused.</summary>
    private static int HaltOf(IEnumerable<JournalEntry> entries) =>
        entries.OfType<OperatorActedEntry>().LastOrDefault(static entry => entry.Act is OperatorAct.Paused or OperatorAct.Continued)?.Act == OperatorAct.Paused ? Paused : 0;
}
