using System.Diagnostics;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// A flow that is started by the calendar. Every time of its timetable starts one run, also when the process ends in between: the id of
/// the run is <c>name@time</c>. Thread-safe.
/// </summary>
[DebuggerDisplay("{Name} {Timetable} next {NextFire}")]
public abstract class Schedule : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ScheduleOptions _options;
    private readonly ScheduleRecord _record;
    private readonly Lock _lock = new();
    private DateTimer? _timer;
    private RunId? _startedHere;
    private bool _isClosed;

    private protected Schedule(FlowRuntime runtime, string name, Timetable timetable, ScheduleOptions options, ScheduleRecord record)
    {
        (Runtime, Name, Timetable, _options, _record) = (runtime, name, timetable, options, record);
    }

    /// <summary>The name, unique in its runtime.</summary>
    public string Name { get; }

    /// <summary>When it fires.</summary>
    public Timetable Timetable { get; }

    /// <summary>The name of the flow that it starts.</summary>
    public abstract string FlowName { get; }

    /// <summary>Whether it is paused.</summary>
    public bool IsPaused => State.IsPaused;

    /// <summary>When it fires next, in UTC; <see langword="null"/> while it is paused, and when no time is left.</summary>
    public DateTimeOffset? NextFire => _isClosed || State.IsPaused ? null : Timetable.NextAfter(State.Decided);

    /// <summary>The time of the last run, in UTC; <see langword="null"/> before the first.</summary>
    public DateTimeOffset? LastFire => State.Fired;

    /// <summary>The last run; <see langword="null"/> before the first.</summary>
    public RunId? LastRun => State.Fired is { } fired ? RunOf(fired) : null;

    /// <summary>Why the last fire started no run; <see langword="null"/> when it did.</summary>
    public string? LastFailure { get; private set; }

    private protected FlowRuntime Runtime { get; }

    /// <summary>The state is replaced as a whole, and never null once the schedule is begun.</summary>
    private ScheduleState State => _record.State ?? new(DateTimeOffset.MinValue, null, true, "");

    /// <summary>Fires no more until it is resumed. What is paused stays so after a restart.</summary>
    /// <param name="reason">Why, for the journal.</param>
    public Task PauseAsync(string? reason = null) => InTurnAsync(async () =>
    {
        if (!State.IsPaused) await _record.WriteAsync(State with { IsPaused = true }, $"paused{(reason is null ? "" : $": {reason}")}").ConfigureAwait(false);
    });

    /// <summary>Fires again, from the next time on: what came during the pause is not made up for.</summary>
    public Task ResumeAsync() => InTurnAsync(async () =>
    {
        if (State.IsPaused) await _record.WriteAsync(State with { IsPaused = false, Decided = Runtime.Time.GetUtcNow() }, "resumed").ConfigureAwait(false);
    });

    /// <summary>Fires never again; a schedule of this name begins anew. Its runs go on.</summary>
    public Task RemoveAsync() => InTurnAsync(async () =>
    {
        await _record.RemoveAsync().ConfigureAwait(false);
        Dispose();
    });

    /// <summary>Starts a run out of turn, now. The timetable goes on as it was.</summary>
    /// <param name="cancellationToken">Ends the waiting for a place.</param>
    /// <returns>The run.</returns>
    public async Task<RunId> TriggerAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var now = Runtime.Time.GetUtcNow();
        await StartAsync(now, RunOptionsFor(now), cancellationToken).ConfigureAwait(false);
        return RunOf(now);
    }

    /// <summary>Lets go of the clock: the schedule fires no more in this process. In the journal nothing changes.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _timer?.Dispose();
        }

        Runtime.Remove(this);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {FlowName}, {Timetable}";

    /// <summary>Takes up the schedule where its record ends. What was missed is decided by its rule, away from here.</summary>
    internal async Task BeginAsync()
    {
        var (now, timetable) = (Runtime.Time.GetUtcNow(), Timetable.ToString()!);
        if (_record.State is not { } state) await _record.WriteAsync(new(now, null, false, timetable), "scheduled").ConfigureAwait(false);
        else if (state.Timetable != timetable) await _record.WriteAsync(state with { Decided = now, Timetable = timetable }, "scheduled otherwise").ConfigureAwait(false);
        Arm(null);
    }

    /// <exception cref="Exception">Whatever the host's lambda or the runtime throws.</exception>
    private protected abstract Task StartAsync(DateTimeOffset due, RunOptions options, CancellationToken cancellationToken);

    private RunId RunOf(DateTimeOffset due) => RunId.Parse($"{Name}@{ScheduleState.Write(due)}");

    private RunOptions RunOptionsFor(DateTimeOffset due)
    {
        var tags = new Dictionary<string, string>(_options.Run.Tags, StringComparer.Ordinal);
        tags.TryAdd("schedule", Name);
        return _options.Run with { Id = RunOf(due).ToString(), Tags = tags };
    }

    private void Arm(DateTimeOffset? notBefore)
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
            if (NextFire is not { } next) return;
            _timer = DateTimer.Start(Runtime.Time, Runtime.Dispatcher, next < notBefore ? notBefore.Value : next, this, static state => _ = ((Schedule)state).FireDueAsync());
        }
    }

    private async Task FireDueAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        DateTimeOffset? notBefore = null;
        try
        {
            foreach (var due in Due(out var latest))
            {
                if (latest is not null) await LeaveOutAsync(latest.Value, "missed").ConfigureAwait(false);
                else await FireAsync(due).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is RuntimeStoppingException or ObjectDisposedException)
        {
            // The next process goes on from here.
            Dispose();
        }
        catch (Exception exception)
        {
            LastFailure = exception.Message;
            RunLog.ScheduleFailed(Runtime.Logger, Name, RetryAfter, exception);
            notBefore = Runtime.Time.GetUtcNow() + RetryAfter;
        }
        finally
        {
            Arm(notBefore);
            _turn.Release();
        }
    }

    /// <summary>What is to be decided now, oldest first.</summary>
    /// <param name="missed">Not null when nothing fires: everything up to there is left out.</param>
    private IReadOnlyCollection<DateTimeOffset> Due(out DateTimeOffset? missed)
    {
        missed = null;
        var now = Runtime.Time.GetUtcNow();
        if (_isClosed || State.IsPaused || now <= State.Decided) return [];
        var due = Timetable.Latest(State.Decided, now, _options.Missed == MissedFires.FireAll ? _options.MaxMissed : 1);
        if (_options.Missed == MissedFires.Skip && due.Count == 1 && now - due.First() > _options.Tolerance) missed = due.First();
        return due;
    }

    private async Task FireAsync(DateTimeOffset due)
    {
        if (_options.Overlap == Overlap.Skip && LastRun is { } previous && await IsActiveAsync(previous).ConfigureAwait(false))
        {
            await LeaveOutAsync(due, $"run {previous} is active").ConfigureAwait(false);
            return;
        }

        LastFailure = null;
        try
        {
            await StartAsync(due, RunOptionsFor(due), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ScheduledInputException or RunIdConflictException or RunHeldException)
        {
            // Another try would end alike.
            LastFailure = exception.Message;
            RunLog.ScheduledRunFailed(Runtime.Logger, Name, due, exception);
            await LeaveOutAsync(due, exception.Message).ConfigureAwait(false);
            return;
        }

        _startedHere = RunOf(due);
        await _record.WriteAsync(State with { Decided = due, Fired = due }, $"fired for {ScheduleState.Write(due)}").ConfigureAwait(false);
    }

    private ValueTask LeaveOutAsync(DateTimeOffset due, string why) => _record.WriteAsync(State with { Decided = due }, $"left out {ScheduleState.Write(due)}: {why}");

    private async ValueTask<bool> IsActiveAsync(RunId id)
    {
        if (Runtime.IsActive(id)) return true;
        if (_startedHere == id || Runtime.Options.Journal is not { } journal) return false;
        var stored = await journal.ReadAsync(id, 0, CancellationToken.None).ConfigureAwait(false);
        return stored.Count > 0 && new StoredRun(id, stored[^1].Kind, stored.Count, stored[^1].Epoch).IsOpen;
    }

    private async Task InTurnAsync(Func<Task> act)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            await act().ConfigureAwait(false);
            Arm(null);
        }
        finally
        {
            _turn.Release();
        }
    }
}
