using AgentFlow.Journaling.Files;

namespace AgentFlow.Journaling;

/// <summary>How a <see cref="FileJournal"/> works. Read once when it is opened.</summary>
public sealed class FileJournalOptions
{
    /// <summary>The directory, created when it is missing. Nothing else should be kept in it.</summary>
    public required string Directory { get; set; }

    /// <summary>The size in bytes at which a new file begins: 4 KiB to 1 GiB. Opening copies the last one. Default: 32 MiB.</summary>
    public int SegmentBytes { get; set; } = 32 << 20;

    /// <summary>The largest content of an entry in bytes, at most 32 MiB; not below <see cref="FlowRuntimeOptions.MaxPayloadBytes"/>. Default: 4 MiB.</summary>
    public int MaxPayloadBytes { get; set; } = 4 << 20;

    /// <summary>Opens on file systems that cannot lock. Only for directories that nothing else can reach.</summary>
    public bool AllowUnlocked { get; set; }

    /// <summary>Encrypts the content of entries. Ids, kinds, times and sizes stay in clear. Default: <see langword="null"/>, everything is in clear.</summary>
    public IPayloadCipher? Cipher { get; set; }

    /// <summary>
    /// The name of the key under which a run's content is encrypted, for example the tenant's, by its first entry; 1 to 200 characters, or
    /// <see langword="null"/> to keep the run in clear. Asked once per run. Default: the run's id, so that every run has a key of its own.
    /// </summary>
    public Func<RunStartedEntry, string?> PayloadKey { get; set; } = static started => started.RunId.ToString();

    /// <summary>The clock of removals and holds. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    internal RecordLogOptions ToLogOptions()
    {
        if (string.IsNullOrWhiteSpace(Directory)) throw Invalid(nameof(Directory), Directory, "Name a directory.");
        if (SegmentBytes is < (4 << 10) or > (1 << 30)) throw Invalid(nameof(SegmentBytes), SegmentBytes, "Use 4096 (4 KiB) to 1073741824 (1 GiB).");
        if (MaxPayloadBytes is < 1 or > (32 << 20)) throw Invalid(nameof(MaxPayloadBytes), MaxPayloadBytes, "Use 1 to 33554432 (32 MiB).");
        if (PayloadKey is null) throw Invalid(nameof(PayloadKey), null, "Leave the default, or set your own.");
        if (Time is null) throw Invalid(nameof(Time), null, "Leave the default, or set your own.");
        return new()
        {
            Directory = Directory,
            SegmentBytes = SegmentBytes,
            MaxPayloadBytes = MaxPayloadBytes,
            MaxAppendBytes = 64 << 20,
            AllowUnlocked = AllowUnlocked,
            Cipher = Cipher,
        };
    }

    private static InvalidOptionException Invalid(string option, object? value, string cure) => new($"{nameof(FileJournalOptions)}.{option}", value, cure);
}
