using System.Diagnostics;
using System.Globalization;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Agents;

/// <summary>
/// Keeps the changes of a registry in a directory, one readable file per change, each with the hash of the one before it. A change is
/// there as a whole or not at all, whatever is cut off, and durable when it is acknowledged. Processes on one machine may share the
/// directory. Thread-safe.
/// </summary>
/// <remarks>
/// A good place is <c>agents</c> in a directory beside the one of the file journal. The files may be kept in version control; nothing
/// but the store changes them. Files of other names, among them drafts that a crash has left, are not looked at.
/// </remarks>
[DebuggerDisplay("{Directory,nq}")]
public sealed class FileAgentStore : IAgentStore
{
    private const string Extension = ".agent-change.json";
    private static readonly JournalFileSystem Files = JournalFileSystem.System;
    private static long s_drafts;
    private volatile Known _last = new(0, ChangeRecord.NoHash);

    /// <summary>Uses a directory, which is created with the first change.</summary>
    /// <param name="directory">The directory.</param>
    public FileAgentStore(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        Directory = Path.GetFullPath(directory);
    }

    /// <summary>Where the changes are kept.</summary>
    public string Directory { get; }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AgentChange>> ReadAsync(int after, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        if (after == 0) CheckGaps();
        var previous = after == 0 ? ChangeRecord.NoHash : await HashAsync(after, cancellationToken).ConfigureAwait(false);
        var changes = new List<AgentChange>();
        for (var sequence = after + 1; File.Exists(PathOf(sequence)); sequence++)
        {
            var (change, before, hash) = await ReadOneAsync(sequence, cancellationToken).ConfigureAwait(false);
            if (before != previous) throw new AgentStoreException(PathOf(sequence), $"it does not follow {NameOf(sequence - 1)}: one of the two was exchanged");
            changes.Add(change);
            previous = hash;
            _last = new(sequence, hash);
        }

        return changes;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryAppendAsync(AgentChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfLessThan(change.Sequence, 1, nameof(change));
        var path = PathOf(change.Sequence);
        if (File.Exists(path)) return false;
        if (change.Sequence > 1 && !File.Exists(PathOf(change.Sequence - 1))) throw new AgentStoreException(path, $"it would follow {NameOf(change.Sequence - 1)}, which is not there");
        var previous = change.Sequence == 1 ? ChangeRecord.NoHash : await HashAsync(change.Sequence - 1, cancellationToken).ConfigureAwait(false);
        var (content, hash) = ChangeRecord.Encode(change, previous);
        try
        {
            if (!Publish(path, content)) return false;
        }
        catch (JournalIOException exception)
        {
            throw new AgentStoreException(path, $"it cannot be written: {exception.Message.TrimEnd('.')}", exception);
        }

        _last = new(change.Sequence, hash);
        return true;
    }

    /// <summary>The whole content is durable under a draft's name before it gets its own, which only one can get.</summary>
    private bool Publish(string path, byte[] content)
    {
        Files.CreateDirectory(Directory);
        var draft = Path.Combine(Directory, string.Create(CultureInfo.InvariantCulture, $".draft-{Environment.ProcessId}-{Interlocked.Increment(ref s_drafts)}{WholeFile.DraftExtension}"));
        try
        {
            WholeFile.Write(Files, draft, content);
            if (!ExclusiveName.TryGive(draft, path)) return false;
            Files.SyncDirectory(Directory);
            return true;
        }
        finally
        {
            if (File.Exists(draft)) Files.Delete(draft);
        }
    }

    private async ValueTask<string> HashAsync(int sequence, CancellationToken cancellationToken)
    {
        if (_last is { } last && last.Sequence == sequence) return last.Hash;
        return (await ReadOneAsync(sequence, cancellationToken).ConfigureAwait(false)).Hash;
    }

    private async ValueTask<(AgentChange Change, string Previous, string Hash)> ReadOneAsync(int sequence, CancellationToken cancellationToken)
    {
        var path = PathOf(sequence);
        byte[] content;
        try
        {
            content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (SystemFileSystem.IsFailure(exception))
        {
            throw new AgentStoreException(path, $"it cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }

        var record = ChangeRecord.Decode(content, path);
        return record.Change.Sequence == sequence ? record : throw new AgentStoreException(path, $"it holds change {record.Change.Sequence}");
    }

    /// <summary>A file that is missing would hide all behind it.</summary>
    private void CheckGaps()
    {
        if (!System.IO.Directory.Exists(Directory)) return;
        var present = Files.List(Directory).Where(static name => name.EndsWith(Extension, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        for (var sequence = 1; present.Count > 0; sequence++)
        {
            // A listing may miss a name that was added meanwhile.
            if (!present.Remove(NameOf(sequence)) && !File.Exists(PathOf(sequence))) throw new AgentStoreException(PathOf(sequence), $"it is missing, and there is {present.Order(StringComparer.Ordinal).First()}");
        }
    }

    private string PathOf(int sequence) => Path.Combine(Directory, NameOf(sequence));

    private static string NameOf(int sequence) => string.Create(CultureInfo.InvariantCulture, $"{sequence:00000000}{Extension}");

    private sealed record Known(int Sequence, string Hash);
}
