using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>
/// A disk in memory that knows what a power loss would leave: content since the last sync survives by sectors, names since the
/// last sync of the directory survive one by one. A sync that fails drops what it should have written, as Linux does.
/// </summary>
internal sealed class SimulatedDisk(bool canCrash = true) : JournalFileSystem
{
    private readonly Dictionary<string, SimulatedInode> _names = [];
    private readonly Dictionary<string, SimulatedInode> _durableNames = [];
    private readonly List<(string Name, SimulatedInode? File)> _pendingNames = [];
    private bool _isLocked;

    public const string Directory = "/log";

    /// <summary>The error number a sync of the path fails with, or 0.</summary>
    public Func<string, int> SyncError { get; set; } = _ => 0;

    public IEnumerable<string> Names => _names.Keys;

    public byte[] Content(string name) => _names[PathOf(name)].Bytes.ToArray();

    public void Put(string name, ReadOnlySpan<byte> content)
    {
        _names[PathOf(name)] = _durableNames[PathOf(name)] = new SimulatedInode(content, canCrash);
    }

    public void Remove(string name)
    {
        _names.Remove(PathOf(name));
        _durableNames.Remove(PathOf(name));
    }

    /// <summary>The disk as it is, all of it durable and nobody holding the lock.</summary>
    public SimulatedDisk Copy(bool canCrash = true)
    {
        var copy = new SimulatedDisk(canCrash);
        foreach (var (name, file) in _names) copy._names[name] = copy._durableNames[name] = new SimulatedInode(file.Bytes, canCrash);
        return copy;
    }

    /// <summary>The disk after a power loss.</summary>
    public SimulatedDisk Crash(Random random)
    {
        var names = new Dictionary<string, SimulatedInode>(_durableNames);
        int mode = random.Next(4);
        int kept = random.Next(_pendingNames.Count + 1);
        for (int i = 0; i < _pendingNames.Count; i++)
        {
            bool survives = mode switch { 0 => false, 1 => true, 2 => i < kept, _ => random.Next(2) == 0 };
            if (!survives) continue;
            var (name, file) = _pendingNames[i];
            if (file is null) names.Remove(name);
            else names[name] = file;
        }

        var crashed = new SimulatedDisk();
        foreach (var (name, file) in names) crashed._names[name] = crashed._durableNames[name] = file.Crash(random);
        return crashed;
    }

    public override void CreateDirectory(string directory)
    {
    }

    public override IReadOnlyList<string> List(string directory) => [.. _names.Keys.Select(name => Path.GetFileName(name))];

    public override JournalFile Create(string path)
    {
        // Emptying a file in place would be another kind of change; the log only ever does it to drafts and copies.
        var file = new SimulatedInode([], canCrash);
        Change(path, file);
        return new SimulatedFile(path, file, this);
    }

    public override JournalFile Open(string path) => _names.TryGetValue(path, out var file)
        ? new SimulatedFile(path, file, this)
        : throw JournalIOException.From("open", path, 2);

    public override void Rename(string from, string to)
    {
        var file = _names[from];
        Change(to, file);
        Change(from, null);
    }

    public override void Delete(string path) => Change(path, null);

    public override void SyncDirectory(string directory)
    {
        foreach (var (name, file) in _pendingNames)
        {
            if (file is null) _durableNames.Remove(name);
            else _durableNames[name] = file;
        }

        _pendingNames.Clear();
    }

    public override IDisposable Lock(string path, bool allowUnlocked)
    {
        if (_isLocked) throw new JournalLockedException(Directory, "the test");
        _isLocked = true;
        return new Held(this);
    }

    private static string PathOf(string name) => Path.Combine(Directory, name);

    private void Change(string path, SimulatedInode? file)
    {
        _pendingNames.Add((path, file));
        if (file is null) _names.Remove(path);
        else _names[path] = file;
    }

    private sealed class Held(SimulatedDisk disk) : IDisposable
    {
        public void Dispose() => disk._isLocked = false;
    }

    private sealed class SimulatedFile(string path, SimulatedInode file, SimulatedDisk disk) : JournalFile(path)
    {
        private bool _isClosed;

        public override long Length => file.Bytes.Length;

        public override void Dispose() => _isClosed = true;

        protected override int WriteSome(ReadOnlySpan<byte> bytes, long offset)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            file.Write(bytes, (int)offset);
            return bytes.Length;
        }

        protected override int ReadSome(Span<byte> buffer, long offset)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            var rest = file.Bytes[Math.Min((int)offset, file.Bytes.Length)..];
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            return rest.Length;
        }

        protected override void SyncOnce()
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            int error = disk.SyncError(Path);
            if (error == 0)
            {
                file.Sync();
                return;
            }

            file.LoseUnsynced();
            throw JournalIOException.From("fdatasync", Path, error);
        }
    }
}
