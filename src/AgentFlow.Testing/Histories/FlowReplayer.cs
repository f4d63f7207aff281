using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>
/// Checks the flows of today against the runs of yesterday: each stored history is replayed, with its results in place of models, tools
/// and bodies, and must take the same way to where it ends. Decisions that depend on nothing but the flow's values (routes, loops,
/// conditions of approvals) are taken again and compared. For a test that runs before a change is deployed.
/// <code>
/// var findings = await new FlowReplayer(new() { Steps = { claims } }).CheckFilesAsync("Histories");
/// findings.ShouldBeCompatible();
/// </code>
/// </summary>
/// <remarks>
/// No effect is executed and nothing is written. Of an open run it is checked what it has recorded; what comes after is free. Decisions by
/// <see cref="FlowContext.DecideAsync{T}(string, Func{T}, string?)"/> and the clock are what the run saw then, and are not taken again. Not thread-safe.
/// </remarks>
public sealed class FlowReplayer
{
    private readonly FlowRuntimeOptions _options;

    /// <summary>A replayer of the flows in <see cref="FlowRuntimeOptions.Steps"/>.</summary>
    /// <param name="options">As of the runtime that will continue the runs: serializer, policies, lanes. Its journal is not touched.</param>
    public FlowReplayer(FlowRuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Checks every run of a journal.</summary>
    /// <param name="journal">The journal; it is only read.</param>
    /// <param name="openOnly">Whether only runs that have not ended are checked: the ones that a deployment would continue.</param>
    /// <param name="cancellationToken">Ends the check between two runs.</param>
    public async Task<ReplayFindings> CheckAsync(IJournal journal, bool openOnly = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(journal);
        var histories = new List<CheckedHistory>();
        await foreach (var run in journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (openOnly && !run.IsOpen) continue;
            var entries = await journal.ReadAsync(run.RunId, 0, cancellationToken).ConfigureAwait(false);
            histories.Add(await CheckAsync(entries, $"{run.RunId}").ConfigureAwait(false));
        }

        return new(histories);
    }

    /// <summary>Checks a file that <see cref="FlowRun.ExportAsync"/> or <see cref="JournalExport"/> has written, or every <c>*.jsonl</c> below a directory.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<ReplayFindings> CheckFilesAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string[] files = Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [path];
        var histories = new List<CheckedHistory>();
        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            try
            {
                using var stream = File.OpenRead(file);
                histories.Add(await CheckAsync(await JournalExport.ReadAsync(stream, cancellationToken).ConfigureAwait(false), name).ConfigureAwait(false));
            }
            catch (JournalFormatException exception)
            {
                histories.Add(new(name, "", HistoryVerdict.Refused, exception.Message, []));
            }
        }

        return new(histories);
    }

    /// <summary>Checks one history.</summary>
    /// <param name="entries">All entries of a run, or the first ones.</param>
    /// <param name="source">What the finding is listed as; the run's id when not given.</param>
    public async Task<CheckedHistory> CheckAsync(IReadOnlyList<StoredEntry> entries, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentOutOfRangeException.ThrowIfZero(entries.Count, nameof(entries));
        List<JournalEntry> decoded;
        try
        {
            decoded = [.. entries.Select(EntryDecoder.Decode)];
        }
        catch (JournalFormatException exception)
        {
            return new(source ?? "", "", HistoryVerdict.Refused, exception.Message, []);
        }

        var started = (RunStartedEntry)decoded[0];
        source ??= $"{started.RunId}";
        var replay = new HistoryReplay(_options, decoded);
        try
        {
            var divergences = await replay.RunAsync().ConfigureAwait(false);
            return new(source, started.FlowName, divergences.Count == 0 ? HistoryVerdict.Compatible : HistoryVerdict.Diverged, null, divergences);
        }
        catch (RunHeldException held)
        {
            return new(source, started.FlowName, HistoryVerdict.Refused, held.Run.Reason, []);
        }
        finally
        {
            await replay.DisposeAsync().ConfigureAwait(false);
        }
    }
}
