using System.Globalization;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// What a schedule writes down: a run of its own in the journal, <c>(schedule) name#n</c>, with an entry for everything that was decided. Each
/// entry holds the whole state, so the last one suffices. After some hundred entries a new record follows, and the old one is an
/// ended run like others, which a journal may remove. Without a journal nothing is written.
/// </summary>
internal sealed class ScheduleRecord
{
    public const string Prefix = "(schedule) ";
    private const int MaxEntries = 256;
    private static readonly StepPath Path = StepPath.Root("(schedule)");
    private static readonly FlowIdentity Identity = new("(schedule)", 1, typeof(string), static () => "");
    private readonly FlowRuntime _runtime;
    private readonly string _name;
    private int _number;
    private int _sequence;
    private long _epoch;

    private ScheduleRecord(FlowRuntime runtime, string name, int number) => (_runtime, _name, _number) = (runtime, name, number);

    public ScheduleState? State { get; private set; }

    private RunId Id => RunId.Parse(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{_name}#{_number}"));

    public static bool IsOne(RunId id) => id.ToString().StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads the newest record of a schedule.</summary>
    public static async Task<ScheduleRecord> OpenAsync(FlowRuntime runtime, string name, CancellationToken cancellationToken)
    {
        var record = new ScheduleRecord(runtime, name, 0);
        if (runtime.Options.Journal is not { } journal) return record;
        var start = $"{Prefix}{name}#";
        StoredRun? newest = null;
        await foreach (var stored in journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = stored.RunId.ToString();
            if (!id.StartsWith(start, StringComparison.Ordinal) || !int.TryParse(id[start.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number <= record._number) continue;
            (record._number, newest) = (number, stored);
        }

        if (newest is not { } found) return record;
        var last = EntryDecoder.Decode((await journal.ReadAsync(found.RunId, found.Sequence - 1, cancellationToken).ConfigureAwait(false))[0]);
        if (found.IsOpen) (record._sequence, record._epoch) = (found.Sequence, found.Epoch + 1);
        if (found.Last != JournalEntryKind.RunCancelled) record.State = ScheduleState.Parse(((JsonElement)last.Value!).GetString()!);
        return record;
    }

    /// <summary>Completes when the state is durable.</summary>
    public async ValueTask WriteAsync(ScheduleState state, string what)
    {
        if (_runtime.Options.Journal is not null)
        {
            if (_sequence >= MaxEntries) await EndAsync(new RunCompletedEntry<string>(Path, state.ToString())).ConfigureAwait(false);
            if (_sequence == 0)
            {
                (_number, _epoch) = (_number + 1, 1);
                await AppendAsync(new RunStartedEntry<string>(Path, Id, Identity, state.ToString(), new() { Id = Id.ToString() })).ConfigureAwait(false);
            }

            await AppendAsync(new DecisionMadeEntry<string>(Path.Child("decided"), DecisionKind.Value, state.ToString(), what)).ConfigureAwait(false);
        }

        State = state;
    }

    /// <summary>The schedule is removed: the next one of its name begins anew.</summary>
    public async ValueTask RemoveAsync()
    {
        if (_sequence > 0) await EndAsync(new RunStatusEntry(JournalEntryKind.RunCancelled, Path, "the schedule was removed")).ConfigureAwait(false);
        State = null;
    }

    private async ValueTask EndAsync(JournalEntry end)
    {
        await AppendAsync(end).ConfigureAwait(false);
        _sequence = 0;
    }

    private async ValueTask AppendAsync(JournalEntry entry)
    {
        entry.Sequence = _sequence + 1;
        entry.Ticks = _runtime.Time.GetUtcNow().UtcTicks;
        await _runtime.Options.Journal!.AppendAsync(Id, _epoch, [EntryEncoder.Encode(entry, _runtime.Json)], CancellationToken.None).ConfigureAwait(false);
        _sequence++;
    }
}
