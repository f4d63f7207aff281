using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>A run with corrections, and what its steps were given and yielded as far as a replay tells.</summary>
internal sealed class CorrectedRun(FlowRuntimeOptions options, IReadOnlyList<JournalEntry> entries)
{
    private readonly List<Invocation> _invocations = [];
    private readonly Lock _lock = new();

    private RunStartedEntry Started => (RunStartedEntry)entries[0];

    /// <summary>Why the run could not be replayed; null when it could.</summary>
    public string? Obstacle { get; private set; }

    public async Task ReplayAsync(Step? flow)
    {
        var replay = new HistoryReplay(options, entries) { Offered = flow as IFlowDefinition, Invoked = Note };
        try
        {
            await replay.RunAsync().ConfigureAwait(false);
        }
        catch (RunHeldException held)
        {
            Obstacle = held.Run.Reason;
        }
        finally
        {
            await replay.DisposeAsync().ConfigureAwait(false);
        }
    }

    public IEnumerable<Correction> Corrections()
    {
        var requests = entries.OfType<RequestOpenedEntry>().GroupBy(static entry => entry.Request.Id).ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var found = entry switch
            {
                RequestResolvedEntry { Decision.Outcome: ApprovalOutcome.Modified } resolved when requests.TryGetValue(resolved.RequestId, out var opened) => Modified(opened, resolved),
                OperatorActedEntry { Act: OperatorAct.Replaced } acted => Replaced(acted),
                _ => null,
            };
            if (found is not null) yield return found;
        }
    }

    private Correction Modified(RequestOpenedEntry opened, RequestResolvedEntry resolved)
    {
        var shown = Json(opened.Request.Value);
        var source = SourceOf(opened, shown);
        return Found(CorrectionKind.ModifiedApproval, resolved, Json(resolved.Value)) with
        {
            Step = source?.Step.Name,
            StepInput = source?.Input,
            Shown = shown,
            ValueType = resolved.ValueType,
            By = resolved.Decision.By,
            Reason = resolved.Decision.Reason,
        };
    }

    private Correction? Replaced(OperatorActedEntry acted)
    {
        if (entries.OfType<EffectCompletedEntry>().FirstOrDefault(entry => entry.Path.Equals(acted.Path)) is not { } outcome) return null;
        return Found(CorrectionKind.ReplacedResult, acted, Json(outcome.Value)) with
        {
            Step = outcome.StepName,
            StepInput = _invocations.LastOrDefault(each => each.Path.Equals(acted.Path))?.Input,
            ValueType = outcome.ResultType,
            By = acted.Actor.User,
            Reason = acted.Reason,
        };
    }

    private Correction Found(CorrectionKind kind, JournalEntry entry, JsonElement value) => new()
    {
        Name = $"{PlainText.Cut($"{entry.Path}", 100)} of run {PlainText.Cut($"{Started.RunId}", 80)}",
        Kind = kind,
        RunId = Started.RunId,
        Flow = Started.FlowName,
        Path = entry.Path,
        FlowInput = Json(Started.Value),
        Value = value,
        IsResult = entries[^1] is { Kind: JournalEntryKind.RunCompleted, Value: JsonElement result } && JsonElement.DeepEquals(result, value),
        At = entry.Time,
    };

    /// <summary>Who yielded what was shown: of all that had ended by then and yielded just that, the one that ended last, which is the outermost.</summary>
    private Invocation? SourceOf(RequestOpenedEntry opened, JsonElement shown) => _invocations.LastOrDefault(each =>
        each.Output is { } output && JsonElement.DeepEquals(output, shown) && EndedBefore(each.Path, opened));

    private bool EndedBefore(StepPath path, JournalEntry entry)
    {
        var any = false;
        foreach (var other in entries)
        {
            if (!IsWithin(other.Path.WithoutAttempts(), path.WithoutAttempts())) continue;
            if (other.Sequence > entry.Sequence) return false;
            any = true;
        }

        return any;
    }

    private static bool IsWithin(StepPath? path, StepPath scope)
    {
        for (; path is not null; path = path.Parent)
        {
            if (path.Equals(scope)) return true;
        }

        return false;
    }

    private void Note(StepPath path, Step step, object? input, object? output)
    {
        var noted = new Invocation(path, step, Json(input, step.InputType), Json(output, step.OutputType));
        lock (_lock) _invocations.Add(noted);
    }

    private JsonElement? Json(object? value, Type type)
    {
        try
        {
            return value is JsonElement json ? json : JsonSerializer.SerializeToElement(value, options.Json.GetTypeInfo(type));
        }
        catch (NotSupportedException)
        {
            // Such a step cannot have been what was shown, and has no case: its values are nowhere in the journal.
            return null;
        }
    }

    private static JsonElement Json(object? recorded) => (JsonElement)recorded!;

    private sealed record Invocation(StepPath Path, Step Step, JsonElement? Input, JsonElement? Output);
}
