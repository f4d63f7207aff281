using AgentFlow.Journaling;
using AgentFlow.Scheduling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Runs.Programs;

/// <summary>One execution of a program, live or continued from a prefix of a journal, and what must hold for it.</summary>
internal sealed class ProgramRun
{
    private readonly VirtualTimeProvider? _time;
    private readonly PumpedDispatcher? _pump;
    private readonly FlowRun<int> _run;

    private ProgramRun(Node program, int input, Setting setting, IReadOnlyList<JournalEntry>? prefix)
    {
        var dispatcher = setting.Seed is { } seed ? _pump = new PumpedDispatcher(seed) : WorkDispatcher.ThreadPool;
        _time = setting.Seed is null ? null : new VirtualTimeProvider();
        var runtime = new FlowRuntime(new()
        {
            Dispatcher = dispatcher,
            Time = _time ?? TimeProvider.System,
            SuspendLinger = setting.Linger,
            Approver = new EchoingApprover(),
        });
        var flow = new ProgramFlow(program, dispatcher, Executions).Flow;
        _run = prefix is null ? runtime.StartAsync(flow, input).AsTask().GetAwaiter().GetResult() : runtime.Resume(flow, prefix);
    }

    public Executions Executions { get; } = new();

    public IReadOnlyList<JournalEntry> Entries => _run.Entries;

    public static ProgramRun Live(Node program, int input, Setting setting) => new(program, input, setting, null);

    public static ProgramRun Resumed(Node program, Setting setting, IReadOnlyList<JournalEntry> prefix) => new(program, 0, setting, prefix);

    public Outcome Finish()
    {
        if (_pump is not null) Pump();
        else _run.Ended.WaitAsync(Scheduling.HangGuard.Limit).GetAwaiter().GetResult();
        if (_run.Status == RunStatus.Completed) return new(Ending.Value, _run.Result.GetAwaiter().GetResult());
        var failure = Assert.IsType<FlowRunFailedException>(_run.Result.Exception!.InnerException);
        var isOfProgram = failure.InnerException is ProgramException or FlowCodeException or EffectFailedException;
        return isOfProgram ? Outcome.Failure : throw new InvalidOperationException("The run failed for a reason of its own.", failure);
    }

    /// <summary>Everything happens on this thread, in an order that the seed decides; when nothing is left, the clock moves.</summary>
    private void Pump()
    {
        while (!_run.IsTerminal)
        {
            if (_pump!.RunAll() == 0 && !_time!.AdvanceToNextTimer()) throw new InvalidOperationException($"The run is stuck: {_run.Status} {_run.StatusReason}.");
        }
    }

    /// <param name="Seed">Decides the interleaving; null takes the thread pool and the system's clock.</param>
    /// <param name="Linger">How long a suspended run stays loaded.</param>
    internal sealed record Setting(int? Seed, TimeSpan Linger);
}
