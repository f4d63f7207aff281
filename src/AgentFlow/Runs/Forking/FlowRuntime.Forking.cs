using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Runs that begin in the middle of another one.</content>
public sealed partial class FlowRuntime
{
    /// <summary>
    /// Starts a new run from the first entries of another one, with other values where you edit them: to see what would have come of
    /// another answer, to go on behind a step that failed, to try a changed prompt from the middle of an agent's work. The other run
    /// stays as it is, whether it executes, is suspended or has ended.
    /// <code>
    /// var fork = await runtime.ForkAsync&lt;Refund&gt;(runId, atEntry: 12, edit => edit.Result("refund/score", 0.2));
    /// </code>
    /// </summary>
    /// <remarks>
    /// <para>
    /// Effects whose outcome is among the entries taken over are not executed again. Everything behind the cut is executed in the fork,
    /// irreversible effects too, and once more if the other run has executed them: the run's id is part of the idempotency key, so the
    /// other side does not take it for a repetition. An effect that had begun before the cut and has its outcome behind it counts as behind it.
    /// </para>
    /// <para>
    /// Answers among these entries count; requests that are open at the cut are open in the fork, under ids of its own. Dates stay what
    /// they were; the deadline of the run counts anew. A pause is not taken over. Ids and randomness of the flow's code are those of the
    /// other run, before the cut and behind it. The policies judge the fork as a start, with <see cref="Policies.PolicyOperation.StartRun"/>.
    /// </para>
    /// <para>
    /// An edited value of a type that its step or decision does not read fails with a <see cref="ForkException"/> where the recorded type is known, and
    /// otherwise ends the fork with a <see cref="FlowNondeterminismException"/>. So does an edit after which the flow does not come to what
    /// is recorded behind it: cut earlier then.
    /// </para>
    /// </remarks>
    /// <param name="runId">The run to fork.</param>
    /// <param name="atEntry">The number of the last entry that the fork takes over, from 1 (the input alone) to the number of its entries.</param>
    /// <param name="edit">What is to be other; nothing when not given.</param>
    /// <param name="cancellationToken">Ends the reading, and the waiting for a place; the fork is cancelled through its handle.</param>
    /// <returns>The fork, accepted and durable. Its first entry says where it comes from.</returns>
    /// <exception cref="ForkException">There is no such run or entry, or an edit does not fit.</exception>
    /// <exception cref="RunIdConflictException">The id of <see cref="RunEdit.Options"/> belongs to a run already.</exception>
    /// <exception cref="RunHeldException">Its flow is not registered here, or has changed.</exception>
    /// <exception cref="PayloadException">An edited value cannot be kept in the durable journal.</exception>
    /// <exception cref="Scheduling.RunRejectedException">Too many runs are queued, and the runtime rejects then.</exception>
    /// <exception cref="RuntimeStoppingException">The runtime shuts down.</exception>
    public Task<FlowRun> ForkAsync(RunId runId, int atEntry, Action<RunEdit>? edit = null, CancellationToken cancellationToken = default) =>
        ForkAsync(runId, atEntry, null, edit, cancellationToken);

    /// <inheritdoc cref="ForkAsync(RunId, int, Action{RunEdit}?, CancellationToken)"/>
    /// <typeparam name="TOut">What its flow yields.</typeparam>
    public async Task<FlowRun<TOut>> ForkAsync<TOut>(RunId runId, int atEntry, Action<RunEdit>? edit = null, CancellationToken cancellationToken = default) =>
        (FlowRun<TOut>)await ForkAsync(runId, atEntry, typeof(TOut), edit, cancellationToken).ConfigureAwait(false);

    private async Task<FlowRun> ForkAsync(RunId runId, int atEntry, Type? output, Action<RunEdit>? edit, CancellationToken cancellationToken)
    {
        var (entries, started) = await ReadForForkAsync(runId, cancellationToken).ConfigureAwait(false);
        if (atEntry < 1 || atEntry > entries.Count) throw new ForkException(runId, null, $"it has {entries.Count} entries, and none with the number {atEntry}. Use a number from 1 to {entries.Count}.");
        var definition = FindFlow(runId, started.Flow, GetRun(runId)?.Flow as IFlowDefinition);
        var flow = (Step)definition;
        await RequireAgentsAsync(entries).ConfigureAwait(false);
        if (output is not null && flow.OutputType != output) throw new ForkException(runId, null, $"its flow '{flow.Name}' yields {TypeNames.Short(flow.OutputType)}, not {TypeNames.Short(output)}.");
        var edits = new RunEdit(runId, entries, atEntry, flow, started.Options with { Id = null }, this) { Agents = started.Agents };
        edit?.Invoke(edits);

        var id = await IdOfForkAsync(edits.Options, cancellationToken).ConfigureAwait(false);
        List<JournalEntry> prefix = [.. entries.Take(atEntry)];
        var first = FirstEntry(id, started, prefix, edits);
        var run = Readable(started, () => definition.Fork(this, first, [.. ForkedEntries.Of(prefix, edits.Edited, edits.NewInput is not null || edits.Edited.Count > 0, id)]));
        lock (_naming)
        {
            if (GetRun(id) is not null) throw RunIdConflictException.OfFork(id);
            AddUnlessStopping(run);
        }

        var turn = await AdmitAsync(run, cancellationToken).ConfigureAwait(false);
        if (turn.IsCompletedSuccessfully) Dispatch(run);
        else _ = DispatchInTurnAsync(run, turn);
        return run;
    }

    /// <summary>What the fork takes over is durable first: nothing in it comes from entries that a crash takes back.</summary>
    private async ValueTask<(IReadOnlyList<JournalEntry> Entries, RunStartedEntry Started)> ReadForForkAsync(RunId id, CancellationToken cancellationToken)
    {
        IReadOnlyList<JournalEntry> entries;
        if (Options.Journal is null)
        {
            var known = GetRun(id);
            if (known is { IsCompact: true }) throw new ForkException(id, null, "of this ended run only the outcome is kept. Keep whole runs with FlowRuntimeOptions.KeepEndedRuns, or set a Journal.");
            entries = known?.Entries ?? [];
        }
        else
        {
            if (_runs.TryGetValue(id, out var live)) await live.FlushAsync().ConfigureAwait(false);
            entries = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return entries is [RunStartedEntry started, ..] ? (entries, started) : throw new ForkException(id, null, "nobody knows it.");
    }

    private async ValueTask<RunId> IdOfForkAsync(RunOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        if (options.Id is not { } text) return RunId.Next();
        var id = RunId.Parse(text);
        var isKnown = GetRun(id) is not null || Options.Journal is { } journal && (await journal.ReadAsync(id, 0, cancellationToken).ConfigureAwait(false)).Count > 0;
        if (isKnown) throw RunIdConflictException.OfFork(id);
        return id.IsGeneratedHere ? throw new ArgumentException($"'{id}' is an id of the kind this process gives to runs without one, and no run has it any more. Choose another.", nameof(options)) : id;
    }

    private static RunStartedEntry<object?> FirstEntry(RunId id, RunStartedEntry started, List<JournalEntry> prefix, RunEdit edits)
    {
        var options = edits.Options.Snapshot();
        var admitted = edits.NewInput is null ? ForkedEntries.AdmittedInput(prefix) : null;
        var input = edits.NewInput is { } given ? given.Value : admitted is null ? started.Value : admitted.Value;
        options = options with { InputLabel = Label.Join(Label.Join(started.Label, admitted?.Label), options.InputLabel) };
        return new RunStartedEntry<object?>(started.Path, id, started.Flow, input, options)
        {
            Agents = edits.Agents,
            InputType = edits.NewInput is not null ? null : admitted is null ? started.InputType : admitted.ChoiceType,
            ForkedFrom = new(started.RunId, prefix.Count)
            {
                Edited = [.. edits.NewInput is null ? Array.Empty<StepPath>() : [started.Path], .. edits.Edited.Values.Select(static entry => entry.Path)],
                Root = started.ForkedFrom?.Root ?? started.RunId,
            },
        };
    }
}
