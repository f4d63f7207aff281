using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentFlow.Conversations;

/// <summary>
/// Sessions in a directory, one file for each agent of each; usually beside the file journal's. A file is written beside the old one,
/// synced and put in its place: a crash leaves the one or the other. Thread-safe; one process at a time.
/// </summary>
public sealed class FileSessionStore : ISessionStore, IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly string _directory;
    private readonly FileStream _lock;

    /// <summary>Opens or creates a directory of sessions.</summary>
    /// <param name="directory">The directory; nothing else belongs in it.</param>
    /// <exception cref="IOException">Another process has it open, or it cannot be written.</exception>
    public FileSessionStore(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _directory = Path.GetFullPath(directory);
        Directory.CreateDirectory(_directory);
        _lock = new FileStream(Path.Combine(_directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file of the session was damaged; the message names it.</exception>
    public async ValueTask<SessionRecord?> ReadAsync(SessionKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var path = PathOf(key);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), ContextJson.Default.SessionRecord);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The session '{key}' in '{path}' cannot be read: {exception.Message} Restore the file from a backup, or delete the session.", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteAsync(SessionRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var stored = await ReadAsync(record.Key, cancellationToken).ConfigureAwait(false);
            if ((stored?.Version ?? 0) != record.Version - 1) return false;
            var path = PathOf(record.Key);
            var beside = path + ".new";
            using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(file, record, ContextJson.Default.SessionRecord);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SessionKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            File.Delete(PathOf(key));
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Lets another process open the directory.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        _writing.Dispose();
    }

    /// <summary>An id is the host's, and may be anything; a file's name is not.</summary>
    private string PathOf(SessionKey key) => Path.Combine(_directory, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Session.Length}:{key.Session}/{key.Agent}")))}.json");
}
