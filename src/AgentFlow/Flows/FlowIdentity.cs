using AgentFlow.Journaling;

namespace AgentFlow;

internal interface IFlowDefinition
{
    int Version { get; }

    int? Resumes { get; }

    string Fingerprint { get; }

    FlowIdentity Identity { get; }

    /// <summary>Where its runs begin; they share it.</summary>
    StepPath Root { get; }

    /// <summary>A run of this flow that continues from stored entries.</summary>
    FlowRun Restore(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries, long epoch);

    /// <summary>A run of this flow that begins with entries of another one; it is not accepted yet.</summary>
    /// <param name="runtime">Where.</param>
    /// <param name="started">Its first entry.</param>
    /// <param name="entries">The entries behind it.</param>
    FlowRun Fork(FlowRuntime runtime, RunStartedEntry started, IReadOnlyList<JournalEntry> entries);

    /// <summary>A run of this flow that replays entries and writes nowhere.</summary>
    FlowRun Replay(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries);

    /// <summary>A run of this flow that has ended, with its outcome.</summary>
    FlowRun RestoreEnded(FlowRuntime runtime, IReadOnlyList<JournalEntry> entries);
}

/// <summary>What a run's first entry says about its flow. One per definition; the fingerprint is computed when it is asked for.</summary>
internal sealed class FlowIdentity(string name, int version, Type? inputType, Func<string> fingerprint, Func<string?>? structure = null)
{
    private readonly Lazy<string> _fingerprint = new(fingerprint);
    private readonly Lazy<string?> _structure = new(structure ?? (static () => null));

    public string Name => name;

    public int Version => version;

    /// <summary>Null when the entry was read from a store.</summary>
    public Type? InputType => inputType;

    public string Fingerprint => _fingerprint.Value;

    /// <summary>What <see cref="FlowStructure"/> has kept, to tell two fingerprints apart in words; null when nothing was kept.</summary>
    public string? Structure => _structure.Value;
}
