using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>One execution of a flow with its input.</summary>
internal sealed class FlowRun<TIn, TOut>(FlowRuntime runtime, RunId id, Flow<TIn, TOut> flow, TIn input, RunOptions options, bool hasHandle, Succession? succession = null, RunOrigin? origin = null, IReadOnlyList<AgentPin>? agents = null)
    : FlowRun<TOut>(runtime, flow, Start(id, flow, input, options, succession, origin, agents), hasHandle)
{
    /// <summary>What the flow starts from: the caller's input, or what a policy made of it.</summary>
    private TIn _input = input;

    private new Flow<TIn, TOut> Flow => (Flow<TIn, TOut>)base.Flow;

    /// <summary>What the caller gave, whatever a policy made of it.</summary>
    internal TIn StartInput => ((RunStartedEntry<TIn>)Started).Input;

    internal override string? DigestOfInput() => InputDigest.Of(StartInput, Runtime.Json);

    internal override FlowRun Compact() => new EndedRun<TOut>(this, DigestOfInput());

    internal override void Execute()
    {
        var generation = Generation;
        var context = SynchronizationContext.Current;
        if (context is not null) SynchronizationContext.SetSynchronizationContext(null);
        if ((Features & RunFeatures.Telemetry) != 0) StartSpan();
        try
        {
            var outcome = Runtime.Policies.IsEmpty ? Flow.RunRootAsync(this, _input) : RunJudgedAsync();
            if (outcome.IsCompletedSuccessfully && !HasOpenSagas) Complete(generation, outcome.Result);
            else _ = FinishAsync(outcome, generation);
        }
        finally
        {
            if (context is not null) SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private async Task FinishAsync(ValueTask<TOut> outcome, int generation)
    {
        TOut result;
        try
        {
            result = await outcome.ConfigureAwait(false);
        }
        catch (ContinueAsNewException next)
        {
            await ContinueAsync(generation, (TIn)next.Input!).ConfigureAwait(false);
            return;
        }
        catch (Exception exception)
        {
            if (HasOpenSagas) await UndoneAsync().ConfigureAwait(false);
            Fail(generation, exception);
            return;
        }

        if (HasOpenSagas) await UndoneAsync().ConfigureAwait(false);
        Complete(generation, result);
    }

    /// <summary>The successor is durable before this run ends: a crash in between finds both, and begins no other.</summary>
    private async ValueTask ContinueAsync(int generation, TIn input)
    {
        if (IsCancelling)
        {
            EndCancelled(generation);
            return;
        }

        var succession = AgentFlow.Succession.After(Started);
        FlowRun<TOut>? successor = null;
        var isNew = false;
        try
        {
            if (UnconsumedOutcome() is { } divergence) throw divergence;
            await FlushAsync().ConfigureAwait(false);
            if (!Runtime.Options.IsRehearsal) (successor, isNew) = await Runtime.SucceedAsync(this, input, succession).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RuntimeStoppingException or ObjectDisposedException)
        {
            _ = StopAsync(exception.Message);
            EndCancelled(generation);
            return;
        }
        catch (Exception exception)
        {
            Fail(generation, exception);
            return;
        }

        if (!TryEnd(generation, new RunContinuedEntry(RootPath, succession.Id), RunStatus.Completed, $"continued as {succession.Id}"))
        {
            successor?.RequestCancellation($"run {Id} was cancelled while it continued", deadlineExceeded: false);
        }
        else
        {
            if (successor is not null) HandOver(successor);
            PublishContinued(succession.Id);
        }

        if (isNew) await Runtime.BeginAcceptedAsync(successor!).ConfigureAwait(false);
    }

    /// <summary>Starting a run, resuming it and letting its result out are operations of their own.</summary>
    private async ValueTask<TOut> RunJudgedAsync()
    {
        var call = PolicyCall.Begin(this, RootPath, IsStarting ? PolicyOperation.StartRun : PolicyOperation.ResumeRun, Flow.Name, null);
        OweSettlement(call);
        TOut result;
        try
        {
            try
            {
                await AdmitAsync(call).ConfigureAwait(false);
            }
            catch (PolicyDeniedException)
            {
                // What the run did under an earlier permission stands in the journal, and nobody asks for it any more.
                Abandon(RootPath);
                throw;
            }

            result = await Flow.RunRootAsync(this, _input).ConfigureAwait(false);
            result = await call.ResultAsync(new PolicySubject<TOut>(result, ResultLabel), CancellationToken).ConfigureAwait(false);
            result = await RunGate.EmitAsync(this, result, ResultLabel, CancellationToken).ConfigureAwait(false);
        }
        catch (ContinueAsNewException)
        {
            await SettleAsync(null, null).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception)
        {
            await SettleAsync(null, EffectOutcome.TypeOf(exception)).ConfigureAwait(false);
            throw;
        }

        await SettleAsync(result, null).ConfigureAwait(false);
        return result;
    }

    /// <summary>A run that was unloaded or stopped before its start was admitted has yet to start.</summary>
    private bool IsStarting => Replay is null || Replay.IsBeforeStart($"({PolicyOperation.StartRun})") || IsFork && !Replay.IsDecided(InputPath);

    /// <summary>A fork has recorded outcomes before it has been let start.</summary>
    private bool IsFork => ForkedFrom is not null;

    private StepPath InputPath => RootPath.Child("(input)");

    /// <summary>The admitted input is recorded, as it is or as a policy or a human has made it: a replay starts from it.</summary>
    private async ValueTask AdmitAsync(PolicyCall call)
    {
        var at = InputPath;
        var scope = new FlowContext(this, RootPath, CancellationToken, Options.InputLabel, null, Flow.Name, Span);
        if (scope.TryRecorded<TIn>(at, DecisionKind.Invocation, out var admitted)) _input = admitted;
        var input = await call.RequestAsync(new PolicySubject<TIn>(_input, Options.InputLabel), mayAsk: true, CancellationToken).ConfigureAwait(false);
        call.RefuseDuties();
        if (call.Facts.Operation == PolicyOperation.ResumeRun) call.Spend();
        ResultLabel = Label.Join(Options.InputLabel, call.RaisedLabel);
        var isJudgedStart = call.Facts.Operation == PolicyOperation.StartRun && (IsFork || Runtime.Policies.Covers(PolicyOperation.StartRun, PolicyPhase.Request));
        if (!isJudgedStart && EqualityComparer<TIn>.Default.Equals(input, _input)) return;
        _input = input;
        Append(new DecisionMadeEntry<TIn>(at, DecisionKind.Invocation, input, $"{call.Facts.Operation} was admitted") { Label = ResultLabel });
    }

    private static RunStartedEntry<TIn> Start(RunId id, Flow<TIn, TOut> flow, TIn input, RunOptions options, Succession? succession, RunOrigin? origin, IReadOnlyList<AgentPin>? agents) =>
        new(((IFlowDefinition)flow).Root, id, ((IFlowDefinition)flow).Identity, input, options) { TraceContext = RunTelemetry.CaptureContext(), Succession = succession, ForkedFrom = origin, InputType = TypeNames.Short(typeof(TIn)), Agents = agents ?? [] };
}
