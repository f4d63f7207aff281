namespace AgentFlow;

public sealed partial class FlowRuntime
{
    private readonly Dictionary<string, Schedule?> _schedules = new(StringComparer.Ordinal);

    /// <summary>The schedules of this runtime, by name.</summary>
    public IReadOnlyList<Schedule> Schedules
    {
        get
        {
            lock (_schedules) return [.. _schedules.Values.OfType<Schedule>().OrderBy(static schedule => schedule.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>
    /// Starts a flow by the calendar: <c>runtime.ScheduleAsync("nightly", report, Timetable.Cron("0 2 * * *", "Europe/Berlin"), fire =&gt; new Day(fire.Due))</c>.
    /// With a durable journal the schedule goes on where an earlier process has left it: what was missed since is decided by
    /// <see cref="ScheduleOptions.Missed"/>, and nothing fires twice. Call it after <see cref="RecoverAsync(CancellationToken)"/>.
    /// </summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="name">The schedule's name, a part of the ids of its runs: at most 150 characters. A schedule with another timetable goes on from now.</param>
    /// <param name="flow">The flow or agent. Register it in <see cref="Steps"/>, so that its runs are recovered.</param>
    /// <param name="timetable">When.</param>
    /// <param name="input">Makes the input of a run. The same time must give the same input.</param>
    /// <param name="options">Missed fires, overlap, and how the runs are started.</param>
    /// <param name="cancellationToken">Ends the reading of the journal.</param>
    /// <returns>The schedule, to look at, pause and remove.</returns>
    /// <exception cref="DuplicateRegistrationException">The runtime has a schedule of this name.</exception>
    /// <exception cref="ArgumentException">The name or an option is out of its range.</exception>
    public async Task<Schedule> ScheduleAsync<TIn, TOut>(
        string name, Flow<TIn, TOut> flow, Timetable timetable, Func<ScheduledFire, TIn> input, ScheduleOptions? options = null, CancellationToken cancellationToken = default)
    {
        CheckSchedule(name, flow, timetable, input, options);
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_schedules)
        {
            if (!_schedules.TryAdd(name, null)) throw new DuplicateRegistrationException("schedule", name);
        }

        Schedule? schedule = null;
        try
        {
            var record = await ScheduleRecord.OpenAsync(this, name, cancellationToken).ConfigureAwait(false);
            schedule = new Schedule<TIn, TOut>(this, name, flow, timetable, input, options ?? ScheduleOptions.Default, record);
            lock (_schedules) _schedules[name] = schedule;
            await schedule.BeginAsync().ConfigureAwait(false);
            if (_disposed) schedule.Dispose();
            return schedule;
        }
        catch
        {
            schedule?.Dispose();
            lock (_schedules) _schedules.Remove(name);
            throw;
        }
    }

    /// <summary>Starts a flow by the calendar, always with the same input.</summary>
    /// <inheritdoc cref="ScheduleAsync{TIn,TOut}(string, Flow{TIn,TOut}, Timetable, Func{ScheduledFire,TIn}, ScheduleOptions, CancellationToken)"/>
    public Task<Schedule> ScheduleAsync<TIn, TOut>(
        string name, Flow<TIn, TOut> flow, Timetable timetable, TIn input, ScheduleOptions? options = null, CancellationToken cancellationToken = default) =>
        ScheduleAsync(name, flow, timetable, _ => input, options, cancellationToken);

    /// <summary>
    /// Begins the schedules that were added with <c>AddSchedule</c> and are not begun yet. AgentFlow.Hosting calls it when the host starts, after
    /// the recovery.
    /// </summary>
    /// <param name="cancellationToken">Ends the beginning between two schedules.</param>
    public async Task StartSchedulesAsync(CancellationToken cancellationToken = default)
    {
        foreach (var (name, begin) in Options.Schedules)
        {
            lock (_schedules)
            {
                if (_schedules.ContainsKey(name)) continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            await begin(this, cancellationToken).ConfigureAwait(false);
        }
    }

    internal static void CheckSchedule(string name, object? flow, object? timetable, object? input, ScheduleOptions? options)
    {
        StepName.Validate(name);
        if (name.Length > 150) throw new ArgumentException($"The name of a schedule has at most 150 characters; '{name}' has {name.Length}.", nameof(name));
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentNullException.ThrowIfNull(timetable);
        ArgumentNullException.ThrowIfNull(input);
        options?.Validate();
    }

    /// <summary>Whether a run is queued, executing or suspended here.</summary>
    internal bool IsActive(RunId id) => _runs.TryGetValue(id, out var run) && !run.IsTerminal || Dormant.TryGet(id, out _);

    internal void Remove(Schedule schedule)
    {
        lock (_schedules)
        {
            if (_schedules.GetValueOrDefault(schedule.Name) == schedule) _schedules.Remove(schedule.Name);
        }
    }

    private void CloseSchedules()
    {
        foreach (var schedule in Schedules) schedule.Dispose();
    }
}
