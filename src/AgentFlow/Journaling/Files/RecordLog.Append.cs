namespace AgentFlow.Journaling.Files;

internal sealed partial class RecordLog
{
    /// <summary>
    /// Appends records to a run, all or none. Completes when they are on the disk. Appends of one run may follow each other
    /// without waiting; each names the sequence the one before it will end with.
    /// </summary>
    /// <param name="run">The run's key: 1 to 200 characters, not only white space.</param>
    /// <param name="records">One record or more; their payloads are copied before the method returns.</param>
    /// <param name="expectedSequence">The sequence of the run's last record; 0 starts the run.</param>
    /// <param name="epoch">The caller's epoch. A higher one than the run's takes the run over; a lower one is refused.</param>
    /// <param name="key">The name of the key the payloads are encrypted with, or <see langword="null"/> to store them in clear.</param>
    /// <param name="cancellationToken">Ends the waiting, not the append.</param>
    /// <exception cref="JournalFencedException">The run was taken over. Nothing was written.</exception>
    /// <exception cref="JournalSequenceException">The run ends elsewhere. Nothing was written.</exception>
    /// <exception cref="JournalRemovedException">The run was removed. Nothing was written.</exception>
    /// <exception cref="JournalPayloadTooLargeException">A payload or the append is too large. Nothing was written.</exception>
    /// <exception cref="JournalIOException">The write failed; whether the records are there is uncertain.</exception>
    /// <exception cref="JournalPoisonedException">An earlier write failed.</exception>
    public ValueTask AppendAsync(
        string run,
        ReadOnlySpan<NewRecord> records,
        long expectedSequence,
        long epoch,
        string? key = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(expectedSequence);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = _encoder.Encode(run, key, records, expectedSequence, epoch);
        return Enqueue(run, bytes, records.Length, expectedSequence, epoch, mustHaveEnded: false, cancellationToken);
    }

    /// <summary>
    /// Removes a run that has ended. What stays is a record with the hash its records ended with, so that the gap can be
    /// explained; the records themselves go with the next compaction.
    /// </summary>
    /// <param name="run">The run's key.</param>
    /// <param name="expectedSequence">The sequence of the run's last record.</param>
    /// <param name="epoch">The caller's epoch.</param>
    /// <param name="time">When, in UTC ticks.</param>
    /// <param name="cancellationToken">Ends the waiting, not the removal.</param>
    /// <exception cref="JournalRunOpenException">The run has not ended.</exception>
    /// <remarks>Throws as <see cref="AppendAsync"/> does, too.</remarks>
    public ValueTask RemoveAsync(string run, long expectedSequence, long epoch, long time, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(run);
        cancellationToken.ThrowIfCancellationRequested();
        var info = Find(run) ?? throw new JournalSequenceException(IdOf(run), expectedSequence, 0);
        if (info.IsRemoved) throw new JournalRemovedException(IdOf(run));
        if (info.Sequence != expectedSequence) throw new JournalSequenceException(IdOf(run), expectedSequence, info.Sequence);
        var bytes = _encoder.EncodeTombstone(run, info.Head, expectedSequence + 1, epoch, time);
        return Enqueue(run, bytes, 1, expectedSequence, epoch, mustHaveEnded: true, cancellationToken);
    }

    private static RunId IdOf(string run) => RunId.Parse(run);

    private ValueTask Enqueue(
        string run, PooledBuffer bytes, int count, long expectedSequence, long epoch, bool mustHaveEnded, CancellationToken cancellationToken)
    {
        AppendRequest request;
        try
        {
            var state = _index.Find(run) ?? (expectedSequence == 0 ? _index.FindOrAdd(run) : throw new JournalSequenceException(IdOf(run), expectedSequence, 0));
            lock (state)
            {
                if (_committer.Fault is not null || IsClosing) throw _committer.Refusal();
                var tail = state.Accepted;
                if (tail.IsRemoved) throw new JournalRemovedException(IdOf(run));
                if (epoch < tail.Epoch) throw new JournalFencedException(IdOf(run), epoch, tail.Epoch);
                if (expectedSequence != tail.Sequence) throw new JournalSequenceException(IdOf(run), expectedSequence, tail.Sequence);
                if (mustHaveEnded && tail.Status < NewRecord.Ended) throw new JournalRunOpenException(IdOf(run));
                request = new AppendRequest(state, bytes, count, _encoder.Pool);
                request.Chain(tail);
                _committer.Enqueue(request);
                state.Accepted = request.Tail;
            }
        }
        catch
        {
            _encoder.Pool.Return(bytes);
            throw;
        }

        return cancellationToken.CanBeCanceled
            ? new ValueTask(request.Completion.AsTask().WaitAsync(cancellationToken))
            : request.Completion;
    }
}
