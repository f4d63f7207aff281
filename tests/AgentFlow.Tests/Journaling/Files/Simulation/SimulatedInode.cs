namespace AgentFlow.Tests.Journaling.Files;

/// <summary>The content of a file, as programs read it and as the disk has it.</summary>
internal sealed class SimulatedInode
{
    private const int Sector = 512;

    private readonly bool _canCrash;
    private readonly List<(int Offset, byte[] Bytes)> _unsynced = [];
    private byte[] _content;
    private byte[] _synced;
    private int _length;
    private int _syncedLength;

    /// <param name="content">What the disk has.</param>
    /// <param name="canCrash">Without it only what programs read is kept, which is faster.</param>
    public SimulatedInode(ReadOnlySpan<byte> content, bool canCrash = true)
    {
        _canCrash = canCrash;
        _content = content.ToArray();
        _synced = canCrash ? content.ToArray() : [];
        _length = _syncedLength = content.Length;
    }

    public ReadOnlySpan<byte> Bytes => _content.AsSpan(0, _length);

    public void Write(ReadOnlySpan<byte> bytes, int offset)
    {
        if (_canCrash) _unsynced.Add((offset, bytes.ToArray()));
        Apply(ref _content, ref _length, bytes, offset);
    }

    public void Sync()
    {
        foreach (var (offset, bytes) in _unsynced) Apply(ref _synced, ref _syncedLength, bytes, offset);
        _unsynced.Clear();
    }

    /// <summary>The kernel calls the pages clean: programs read them, the disk never gets them.</summary>
    public void LoseUnsynced() => _unsynced.Clear();

    public SimulatedInode Crash(Random random)
    {
        var crashed = new SimulatedInode(_synced.AsSpan(0, _syncedLength));
        if (_unsynced.Count == 0) return crashed;
        int mode = random.Next(6);
        int cut = random.Next(_unsynced.Sum(w => w.Bytes.Length) + 1);
        foreach (var (offset, bytes) in _unsynced)
        {
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(bytes.Length - at, Sector - ((offset + at) % Sector));
                int kept = mode switch
                {
                    0 => 0,
                    1 => length,
                    2 => random.Next(2) * length,
                    3 => random.Next(8) == 0 ? 0 : length,
                    4 => random.Next(8) == 0 ? length : 0,
                    _ => Math.Clamp(cut - at, 0, length),
                };
                if (kept > 0) Apply(ref crashed._content, ref crashed._length, bytes.AsSpan(at, kept), offset + at);
                at += length;
            }
        }

        // The size is written on its own: the file may have grown to where no data came, or not as far as the data.
        if (random.Next(3) == 0) crashed.Resize(random.Next(2) == 0 ? _length : _syncedLength);
        crashed._synced = crashed.Bytes.ToArray();
        crashed._syncedLength = crashed._length;
        return crashed;
    }

    private void Resize(int length)
    {
        if (length < _length) _content.AsSpan(length).Clear();
        if (length > _content.Length) Array.Resize(ref _content, length);
        _length = length;
    }

    private static void Apply(ref byte[] content, ref int length, ReadOnlySpan<byte> bytes, int offset)
    {
        int end = offset + bytes.Length;
        if (content.Length < end) Array.Resize(ref content, content.Length == 0 ? end : Math.Max(end, content.Length * 2));
        bytes.CopyTo(content.AsSpan(offset));
        length = Math.Max(length, end);
    }
}
