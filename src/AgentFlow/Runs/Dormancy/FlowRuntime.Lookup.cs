using AgentFlow.Journaling;

namespace AgentFlow;

public sealed partial class FlowRuntime
{
    /// <summary>
    /// The run with the given id, wherever it is: in memory, or in the journal. A suspended one is brought back to where it waits, an
    /// ended one comes with its outcome; <see langword="null"/> when nobody knows it.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RunHeldException">It is in the journal, but its flow is not registered here, or has changed.</exception>
    public ValueTask<FlowRun?> GetRunAsync(RunId id, CancellationToken cancellationToken = default) =>
        GetRun(id) is { } run || Options.Journal is null ? new(GetRun(id)) : FromJournalAsync(id, null, cancellationToken);

    /// <inheritdoc cref="GetRunAsync(RunId, CancellationToken)"/>
    /// <typeparam name="TOut">What its flow yields.</typeparam>
    /// <exception cref="InvalidOperationException">The run yields another type.</exception>
    public async ValueTask<FlowRun<TOut>?> GetRunAsync<TOut>(RunId id, CancellationToken cancellationToken = default) =>
        As<TOut>(id, await GetRunAsync(id, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// The entries of a run, wherever it is, in order: what a page shows that tells what has happened. A suspended run stays where it
    /// is. Those read from the journal have values that are JSON.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A snapshot; empty when nobody knows the run. Without a journal, of an ended run that was kept for its id, the first and the last entry.</returns>
    /// <exception cref="RunHeldException">The entries cannot be read: their content was erased, or a newer version wrote them.</exception>
    public async ValueTask<IReadOnlyList<JournalEntry>> ReadEntriesAsync(RunId id, CancellationToken cancellationToken = default)
    {
        if (_runs.TryGetValue(id, out var live)) return live.Entries;
        if (Options.Journal is null) return _ended.Find(id)?.Entries ?? [];
        return await ReadAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings a run of this id into memory, if there is one.</summary>
    /// <param name="id">The id.</param>
    /// <param name="offered">The flow that somebody wants to start under it; used when none is registered.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    private async ValueTask<FlowRun?> FromJournalAsync(RunId id, IFlowDefinition? offered, CancellationToken cancellationToken)
    {
        if (await LoadAsync(id).ConfigureAwait(false) is { } loaded) return loaded;
        var stored = await Options.Journal!.ReadAsync(id, 0, cancellationToken).ConfigureAwait(false);
        if (stored.Count == 0) return null;
        var entries = Decode(id, stored);
        if (entries[^1] is not RunStatusEntry { Kind: >= JournalEntryKind.RunCompleted }) return await ContinueAsync(entries, stored[^1].Epoch + 1, isWoken: false, offered).ConfigureAwait(false);
        lock (_naming)
        {
            if (GetRun(id) is { } known) return known;
            var started = (RunStartedEntry)entries[0];
            var definition = FindFlow(id, started.Flow, offered);
            var ended = Readable(started, () => definition.RestoreEnded(this, entries));
            _ended.Keep(ended);
            return ended;
        }
    }

    private static FlowRun<TOut>? As<TOut>(RunId id, FlowRun? run) => run switch
    {
        null => null,
        FlowRun<TOut> typed => typed,
        _ => throw new InvalidOperationException($"Run {id} executes flow '{run.FlowName}', which yields {TypeNames.Short(run.Flow.OutputType)}, not {TypeNames.Short(typeof(TOut))}."),
    };
}
