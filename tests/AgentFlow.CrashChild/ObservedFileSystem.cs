using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

/// <summary>Tells of every call before and after it is made. What <see cref="Before"/> throws is the call's failure.</summary>
internal sealed class ObservedFileSystem(JournalFileSystem inner) : JournalFileSystem
{
    public Action<DiskOperation> Before { get; set; } = _ => { };

    public Action<DiskOperation> After { get; set; } = _ => { };

    /// <summary>How many bytes of a write are passed on, given how many it has.</summary>
    public Func<int, int> Shorten { get; set; } = length => length;

    public override void CreateDirectory(string directory) => Call(DiskCall.CreateDirectory, directory, () => inner.CreateDirectory(directory));

    public override IReadOnlyList<string> List(string directory) => Call(DiskCall.List, directory, () => inner.List(directory));

    public override JournalFile Create(string path) => Call(DiskCall.Create, path, () => new ObservedFile(this, inner.Create(path)));

    public override JournalFile Open(string path) => Call(DiskCall.Open, path, () => new ObservedFile(this, inner.Open(path)));

    public override void Rename(string from, string to) => Call(DiskCall.Rename, from, () => inner.Rename(from, to));

    public override void Delete(string path) => Call(DiskCall.Delete, path, () => inner.Delete(path));

    public override void SyncDirectory(string directory) => Call(DiskCall.SyncDirectory, directory, () => inner.SyncDirectory(directory));

    public override IDisposable Lock(string path, bool allowUnlocked) => Call(DiskCall.Lock, path, () => inner.Lock(path, allowUnlocked));

    private void Call(DiskCall call, string path, Action action) => Call(call, path, () =>
    {
        action();
        return 0;
    });

    private T Call<T>(DiskCall call, string path, Func<T> action)
    {
        Before(new(call, path));
        var result = action();
        After(new(call, path));
        return result;
    }

    private sealed class ObservedFile(ObservedFileSystem owner, JournalFile file) : JournalFile(file.Path)
    {
        public override long Length => file.Length;

        public override void Dispose() => file.Dispose();

        protected override int WriteSome(ReadOnlySpan<byte> bytes, long offset)
        {
            owner.Before(new(DiskCall.Write, Path));
            bytes = bytes[..owner.Shorten(bytes.Length)];
            file.Write(bytes, offset);
            owner.After(new(DiskCall.Write, Path));
            return bytes.Length;
        }

        protected override int ReadSome(Span<byte> buffer, long offset)
        {
            owner.Before(new(DiskCall.Read, Path));
            file.Read(buffer, offset);
            owner.After(new(DiskCall.Read, Path));
            return buffer.Length;
        }

        protected override void SyncOnce()
        {
            owner.Before(new(DiskCall.Sync, Path));
            file.Sync();
            owner.After(new(DiskCall.Sync, Path));
        }
    }
}
