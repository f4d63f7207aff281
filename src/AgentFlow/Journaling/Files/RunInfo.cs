namespace AgentFlow.Journaling.Files;

/// <summary>What the index knows of a run, as far as it is durable.</summary>
/// <param name="Run">The run's key.</param>
/// <param name="Sequence">The sequence of its last record.</param>
/// <param name="Epoch">The epoch of its last record.</param>
/// <param name="Kind">The kind of its last record.</param>
/// <param name="Status">The last status a record gave it.</param>
/// <param name="Time">The time of its last record, in UTC ticks.</param>
/// <param name="Head">The end of its hash chain.</param>
/// <param name="Bytes">How much its records take on the disk.</param>
/// <param name="IsRemoved">Whether retention has removed it.</param>
internal readonly record struct RunInfo(
    string Run, long Sequence, long Epoch, byte Kind, byte Status, long Time, RecordHash Head, long Bytes, bool IsRemoved)
{
    public bool HasEnded => Status >= NewRecord.Ended;
}
