using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Testing;
using AgentFlow.Tests.Runs.Programs;

namespace AgentFlow.Tests.Journaling.Durable.Simulation;

/// <summary>One process of a simulation, from its start until it has nothing left to do, or is cut off in the middle of something.</summary>
internal sealed class SimulatedLife
{
    private readonly SimulatedWorld _world;
    private readonly Random _random;
    private readonly PumpedDispatcher _pump;
    private readonly VirtualTimeProvider _time;
    private readonly FlowRuntime _runtime;
    private readonly Flow<int, int> _flow;
    private Task<FlowRun<int>>? _started;
    private Task? _cancelled;

    public SimulatedLife(SimulatedWorld world, DateTimeOffset now, int faultAt)
    {
        _world = world;
        _random = world.Random;
        _pump = new PumpedDispatcher(_random.Next());
        _time = new VirtualTimeProvider(now);
        Connection = new SimulatedConnection(world.Store, _pump, _random, faultAt, losesAcknowledgement: _random.Next(2) == 0);
        Executions = new Executions();
        _runtime = new FlowRuntime(new()
        {
            Dispatcher = _pump,
            Time = _time,
            Journal = Connection,
            SuspendLinger = _random.Next(2) == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1),
        });
        _flow = new ProgramFlow(world.Program, _pump, Executions, new SimulatedEffects(world)).Flow;
        _runtime.Steps.Add(_flow);
    }

    public SimulatedConnection Connection { get; }

    public Executions Executions { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Lets things happen until the run has ended for good, the store has failed, or the process is cut off.</summary>
    /// <param name="events">After how many events it is cut off.</param>
    /// <param name="cancelAt">Before which event the run is cancelled; -1 for never.</param>
    public void Live(int events, int cancelAt)
    {
        if (_world.Store.Last is null) Start();
        else Call(RecoverAsync());
        for (var i = 0; i < events; i++)
        {
            if (i == cancelAt) Call(CancelAsync());
            if (!Happen()) break;
        }

        CheckWhatWasSeen();
    }

    /// <summary>The run as another process finds it.</summary>
    public Outcome? ReadEnd()
    {
        var started = _runtime.StartAsync(_flow, ProgramGenerator.Input, new() { Id = SimulatedWorld.Run }).AsTask();
        _pump.RunAll();
        Assert.True(started.IsCompletedSuccessfully, $"The ended run cannot be read: {started.Exception}");
        Assert.Empty(Executions.Bodies);
        return OutcomeOf(started.Result.Result);
    }

    private void Start() => Call(_started = _runtime.StartAsync(_flow, ProgramGenerator.Input, new() { Id = SimulatedWorld.Run }).AsTask());

    private async Task RecoverAsync()
    {
        var report = await _runtime.RecoverAsync();
        if (report.Held.Count > 0) _world.Violate($"held: {report.Held[0].Reason}");
    }

    /// <summary>One thing happens, whichever. When nothing else can, somebody answers; when nobody is asked, the clock moves. A process whose store has failed is replaced at once.</summary>
    private bool Happen()
    {
        if (_random.Next(12) == 0 && Answer()) return true;
        if (_pump.RunOne()) return true;
        return Answer() || (!Connection.HasFailed && _time.AdvanceToNextTimer());
    }

    private bool Answer()
    {
        if (Connection.HasFailed || _runtime.Requests.Count == 0) return false;
        var open = _runtime.Requests.Open.Where(request => !_world.IsBeingAnswered(this, request.Id)).ToList();
        if (open.Count == 0) return false;
        var request = open[_random.Next(open.Count)];
        Call(AnswerAsync(request, "ann"));
        if (_random.Next(4) == 0 && _runtime.Dormant.Count == 0) Call(AnswerAsync(request, "bob"));
        return true;
    }

    private async Task AnswerAsync(ApprovalRequest request, string by)
    {
        _world.BeginAnswer(this, request.Id);
        try
        {
            var receipt = await ResolveAsync(request, new Principal(by));
            if (!_world.Store.IsAnswered(request.Id)) _world.Violate($"the answer to {request.Id} was acknowledged and is not durable");
            if (!receipt.IsRepeated) _world.Answered(request.Id);
        }
        catch (AgentFlowException refused) when (refused is RequestNotOpenException or RequestAlreadyResolvedException)
        {
            _world.Counts.RefusedAnswers++;
        }
    }

    private ValueTask<AnswerReceipt> ResolveAsync(ApprovalRequest request, Principal by)
    {
        var requests = _runtime.Requests;
        if (request.Kind != RequestKind.UncertainEffect) return requests.AnswerAsync(request.Id, request.Value is JsonElement json ? json.GetInt32() : (int)request.Value!, by);
        _world.Counts.Uncertain++;
        var path = request.Path.Parent!.ToString();
        return _world.Happened.TryGetValue(path, out var result) ? requests.AnswerAsync(request.Id, result, by) : requests.ApproveAsync(request.Id, by);
    }

    private async Task CancelAsync()
    {
        var run = _runtime.GetRun(RunId.Parse(SimulatedWorld.Run)) ?? await _runtime.GetRunAsync(RunId.Parse(SimulatedWorld.Run));
        if (run is null) return;
        _world.Counts.Cancellations++;
        await (_cancelled = run.CancelAsync("the simulation says so"));
    }

    private void Call(Task call) => call.ContinueWith(
            failed =>
            {
                var failure = failed.Exception!.InnerException!;
                if (!Connection.HasFailed || (failure.InnerException ?? failure) is not LostJournalException) _world.Violate($"a call failed: {failure}");
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    /// <summary>What a caller saw is durable, unless the store is what failed.</summary>
    private void CheckWhatWasSeen()
    {
        if (_started is { IsCompletedSuccessfully: true } && _world.Store.Last is null) _world.Violate("the run was accepted and is not there");
        var seen = _started is { IsCompletedSuccessfully: true } ? _started.Result.Result : null;
        if (seen is { IsCompleted: true })
        {
            var isOfStore = seen.Exception?.InnerException is FlowRunFailedException { InnerException: AgentFlow.Journaling.JournalException };
            if (isOfStore != (Connection.HasFailed && !_world.Store.HasEnded) && !_world.Store.HasEnded) _world.Violate($"the caller saw an end that is not durable: {seen.Exception?.InnerException?.Message ?? "a result"}");
        }

        if (_cancelled is { IsCompletedSuccessfully: true } && !Connection.HasFailed && !_world.Store.HasEnded) _world.Violate("the end of a cancelled run was reported and is not durable");
        foreach (var repeated in Executions.Repeated) _world.Violate($"{repeated} in one process");
    }

    private Outcome? OutcomeOf(Task<int> result)
    {
        if (result.IsCompletedSuccessfully) return new(Ending.Value, result.Result);
        Assert.True(result.IsFaulted, "The ended run has no outcome.");
        if (result.Exception!.InnerException is FlowRunCancelledException) return null;
        var failure = Assert.IsType<FlowRunFailedException>(result.Exception.InnerException);
        if (failure.ErrorType.Contains("Nondeterminism", StringComparison.Ordinal) || failure.ErrorType.Contains("Journal", StringComparison.Ordinal)) _world.Violate($"{failure}");
        return Outcome.Failure;
    }
}
