using System.Diagnostics;
using AgentFlow.DependencyInjection;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Testing;

/// <summary>
/// Runs flows in a unit test: virtual time, one thing at a time on the calling thread, scripted answers. Time moves only when
/// nothing else can happen, so a flow that waits for days ends at once, and the same test takes the same course every time.
/// </summary>
/// <example>
/// <code>
/// await using var host = new FlowTestHost(o =&gt; o.Models.Add("fast", model));
/// host.Answers.Approve("adjuster");
///
/// Letter letter = await host.RunAsync(claims, file);
///
/// host.Journal.Executed("claims/write-letter").Asked("adjuster");
/// host.VerifyComplete();
/// </code>
/// </example>
/// <remarks>
/// Bodies that wait for virtual time (<see cref="StepContext.Time"/>, or <see cref="Time"/> through a service) cost no real time.
/// Bodies that wait for something real (the pool, a socket) are waited for first; see <see cref="FlowTestOptions.RealTimePatience"/>.
/// Calls that drive wait for one another, so start several runs with <see cref="StartAsync"/> to have them at the same time.
/// </remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class FlowTestHost : IAsyncDisposable
{
    private readonly RunDriver _driver;
    private FlowRun? _lastRun;
    private bool _isDisposed;

    /// <summary>Creates a host with a runtime of its own.</summary>
    /// <param name="configure">Seed, policies, models, services.</param>
    /// <exception cref="InvalidOptionException">An option is out of range; the message names option, value and cure.</exception>
    public FlowTestHost(Action<FlowTestOptions>? configure = null)
        : this(new FlowTestOptions(), configure)
    {
    }

    /// <summary>
    /// Creates a host with a runtime of its own that is made of what a container holds: the models, flows, tools, policies and
    /// lanes added with <c>AddAgentFlow</c>. The container's own runtime is left alone. A <see cref="VirtualTimeProvider"/> that is
    /// registered as the container's <see cref="TimeProvider"/> becomes the host's clock.
    /// </summary>
    /// <param name="services">The container; its lifetime stays the caller's.</param>
    /// <param name="configure">Seed, more policies and models.</param>
    /// <exception cref="InvalidOperationException">The container has no AgentFlow.</exception>
    /// <exception cref="InvalidOptionException">An option is out of range; the message names option, value and cure.</exception>
    public FlowTestHost(IServiceProvider services, Action<FlowTestOptions>? configure = null)
        : this(new FlowTestOptions(OptionsOf(services)), configure)
    {
    }

    private FlowTestHost(FlowTestOptions options, Action<FlowTestOptions>? configure)
    {
        configure?.Invoke(options);
        Answers = new AnswerScript(options.Time);
        _driver = new RunDriver(options, Answers);
    }

    /// <summary>The runtime under test.</summary>
    public FlowRuntime Runtime => _driver.Runtime;

    /// <summary>The clock of the runtime. It moves by itself while a run is driven.</summary>
    public VirtualTimeProvider Time => _driver.Time;

    /// <summary>How much virtual time has passed since the host was created.</summary>
    public TimeSpan Elapsed => Time.Elapsed;

    /// <summary>What humans answer.</summary>
    public AnswerScript Answers { get; }

    /// <summary>The run that was started last.</summary>
    /// <exception cref="InvalidOperationException">None was started.</exception>
    public FlowRun LastRun => _lastRun ?? throw new InvalidOperationException("The host has not started a run yet.");

    /// <summary>What the run that was started last has recorded so far. A snapshot.</summary>
    /// <exception cref="InvalidOperationException">None was started.</exception>
    public RunJournal Journal => LastRun.Journal();

    private string DebuggerDisplay => $"{Durations.Text(Elapsed)} elapsed, {Runtime.ActiveRuns} active runs, {Runtime.Requests.Count} open requests";

    /// <summary>Runs a flow, an agent or a single step to its end and returns its result.</summary>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="step">A flow or agent; any other step runs as the only step of a flow named <c>test</c>.</param>
    /// <param name="input">Its input.</param>
    /// <param name="options">Id, principal, tags, deadline, limits.</param>
    /// <exception cref="FlowRunFailedException">The run failed.</exception>
    /// <exception cref="FlowRunCancelledException">The run was cancelled.</exception>
    /// <exception cref="FlowAssertionException">
    /// The run can never end: nobody scripted the answer it waits for, or a body does not return. The message says which.
    /// </exception>
    public async Task<TOut> RunAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input, RunOptions? options = null)
    {
        var run = await RunToEndAsync(step, input, options).ConfigureAwait(false);
        return await run.Result.ConfigureAwait(false);
    }

    /// <summary>Runs a flow, an agent or a single step to its end, whatever end that is, and returns the ended run.</summary>
    /// <inheritdoc cref="RunAsync{TIn,TOut}" path="/typeparam"/>
    /// <inheritdoc cref="RunAsync{TIn,TOut}" path="/param"/>
    /// <exception cref="FlowAssertionException">The run can never end; the message says why.</exception>
    public async Task<FlowRun<TOut>> RunToEndAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input, RunOptions? options = null)
    {
        var run = await StartAsync(step, input, options).ConfigureAwait(false);
        await DriveAsync(run).ConfigureAwait(false);
        return run;
    }

    /// <summary>Starts a run without driving it: nothing of it happens before the next call that drives.</summary>
    /// <inheritdoc cref="RunAsync{TIn,TOut}" path="/typeparam"/>
    /// <inheritdoc cref="RunAsync{TIn,TOut}" path="/param"/>
    /// <exception cref="FlowAssertionException">The run gets no place among <see cref="Scheduling.SchedulerOptions.MaxConcurrentRuns"/>.</exception>
    public async Task<FlowRun<TOut>> StartAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input, RunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        var starting = Runtime.StartAsync(SingleStep.Flow(step), input, options).AsTask();
        if (!starting.IsCompleted) await _driver.DriveAsync(starting, null).ConfigureAwait(false);
        var run = await starting.ConfigureAwait(false);
        _lastRun = run;
        return run;
    }

    /// <summary>Drives until a run has ended.</summary>
    /// <param name="run">A run of this host.</param>
    /// <exception cref="FlowAssertionException">The run can never end; the message says why.</exception>
    public Task DriveAsync(FlowRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Runtime != Runtime) throw new ArgumentException($"Run {run.Id} belongs to another runtime; a host drives its own runs.", nameof(run));
        return _driver.DriveAsync(null, run);
    }

    /// <summary>Lets everything happen that can happen now: virtual time stands still.</summary>
    public Task SettleAsync() => _driver.SettleAsync();

    /// <summary>Moves virtual time, and lets everything happen that happens on the way.</summary>
    /// <param name="time">How far; not negative.</param>
    public Task AdvanceAsync(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return _driver.AdvanceAsync(time);
    }

    /// <summary>Cancels a run and drives until it has ended.</summary>
    /// <param name="run">A run of this host.</param>
    /// <param name="reason">Why; kept in the journal.</param>
    public Task CancelAsync(FlowRun run, string reason = "cancelled by the test")
    {
        ArgumentNullException.ThrowIfNull(run);
        _ = run.CancelAsync(reason);
        return DriveAsync(run);
    }

    /// <summary>
    /// Cuts the journal of an ended run after each entry, continues from there, and checks that the flow comes to the same end
    /// without executing again what was recorded. See <see cref="ReplayCheck"/>.
    /// </summary>
    /// <typeparam name="TIn">What the flow takes.</typeparam>
    /// <typeparam name="TOut">What the flow yields.</typeparam>
    /// <param name="step">The flow, agent or single step that the run executed.</param>
    /// <param name="run">The run: completed, or failed for a reason other than its deadline.</param>
    /// <param name="options">What happens behind the cut, and how many cuts are made.</param>
    /// <returns>What was checked.</returns>
    /// <exception cref="FlowAssertionException">A continuation went another way; the message says after which entry and how.</exception>
    /// <exception cref="ArgumentException">The run has not ended, was cancelled, or is one of another flow.</exception>
    public Task<ReplayReport> ReplayFromEveryPrefixAsync<TIn, TOut>(Step<TIn, TOut> step, FlowRun<TOut> run, ReplayOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return ReplayCheck.FromEveryPrefixAsync(step, run, options);
    }

    /// <summary>Checks that every scripted answer was asked for, and every reply of the scripted models among the runtime's models.</summary>
    /// <exception cref="FlowAssertionException">Something was not; the message lists it.</exception>
    public void VerifyComplete()
    {
        Answers.VerifyComplete();
        foreach (var name in Runtime.Models.Names)
        {
            (Runtime.Models.Entry(name)?.Client as ScriptedChatClient)?.VerifyComplete();
        }
    }

    /// <summary>Cancels what still runs and lets it end. Never throws on account of a run.</summary>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return _driver.DisposeAsync();
    }

    private static FlowRuntimeOptions OptionsOf(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetService<RuntimeComposition>()?.Compose()
            ?? throw new InvalidOperationException("The container has no AgentFlow. Register it: services.AddAgentFlow().");
    }
}
