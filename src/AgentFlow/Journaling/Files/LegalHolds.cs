using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;

namespace AgentFlow.Journaling.Files;

/// <summary>Which runs nobody may remove: records of the log itself, under a key that no run id can have. Changes are made one at a time.</summary>
internal sealed class LegalHolds
{
    /// <summary>Run ids have no slash.</summary>
    public const string Key = "/holds";

    private const byte Held = 1;
    private const byte Released = 2;

    private readonly RecordLog _log;
    private readonly ConcurrentDictionary<RunId, string> _reasons = new();
    private long _sequence;

    public LegalHolds(RecordLog log)
    {
        _log = log;
        foreach (var record in log.Read(Key))
        {
            _sequence = record.Sequence;
            using var body = JsonDocument.Parse(record.Payload);
            Note(RunId.Parse(body.RootElement.GetProperty("run").GetString()!), record.Kind == Held ? body.RootElement.GetProperty("reason").GetString() : null);
        }
    }

    public string? Find(RunId run) => _reasons.GetValueOrDefault(run);

    public Task HoldAsync(RunId run, string reason, long time) => AppendAsync(Held, run, reason, time);

    public Task ReleaseAsync(RunId run, string reason, long time) => AppendAsync(Released, run, reason, time);

    private async Task AppendAsync(byte kind, RunId run, string reason, long time)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("run", run.ToString());
            writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }

        await _log.AppendAsync(Key, [new NewRecord(kind, 0, time, body.WrittenMemory)], _sequence, epoch: 0).ConfigureAwait(false);
        _sequence++;
        Note(run, kind == Held ? reason : null);
    }

    private void Note(RunId run, string? reason)
    {
        if (reason is null) _reasons.TryRemove(run, out _);
        else _reasons[run] = reason;
    }
}
