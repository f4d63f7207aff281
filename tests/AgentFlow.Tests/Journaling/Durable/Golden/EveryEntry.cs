using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Journaling.Durable.Golden;

/// <summary>One entry of every kind and form, with fields by chance: those that may be missing are there half of the time.</summary>
internal sealed class EveryEntry(Random random)
{
    private static readonly string[] Texts = ["a", "two words", "\"quoted\" \\ /", "line\nbreak\t", "ünïcode 😀", "<&'>", "null", "{\"x\":1}"];

    private int _sequence;

    public IReadOnlyList<JournalEntry> Create() =>
    [
        With(new RunStartedEntry<string>(StepPath.Root("flow"), RunId.Parse("run-1"), Flow(keepsStructure: true), Text(), new RunOptions
        {
            Id = Maybe("run-1"),
            Principal = Person(),
            Tags = Map(),
            Deadline = Chance() ? Span() : null,
            MaxEffects = Chance() ? random.Next(1, 100) : null,
            Priority = Any<RunPriority>(),
            InputLabel = Chance() ? Label() : null,
        }) { Agents = Chance() ? [new(Text(), random.Next(1, 9), Text()), new("b", 1, "") { IsCanary = true }] : [], TraceContext = Map(), Succession = Chance() ? new(RunId.Parse("run-0"), random.Next(2, 9)) : null }, isLabelled: false),
        With(new EffectIntendedEntry(Path(), random.Next(1, 9))),
        With(new EffectCompletedEntry<(int, string)>(Path(), Text(), (random.Next(), Text())) { Attempt = random.Next(1, 9), Detail = Detail() }),
        With(new EffectCompletedEntry<string?>(Path(), Text(), null)),
        With(new EffectFailedEntry(Path(), Text(), Text(), Text(), random.Next(1, 9), Chance()) { Detail = Detail() }),
        .. Enum.GetValues<DecisionKind>().Select(kind => With(new DecisionMadeEntry<int[]>(Path(), kind, [random.Next(), random.Next()], Maybe(Text())) { Detail = Detail() })),
        .. Enum.GetValues<PolicyOperation>().Select(operation => With(new PolicyDecidedEntry(Path(), Text(), operation, Any<PolicyPhase>(), Any<PolicyEffect>(), Maybe(Text())))),
        .. Enum.GetValues<RequestKind>().Select(Request).Select(request => With(new RequestOpenedEntry(request.Path, request))),
        .. Enum.GetValues<RequestChangeKind>().Select(kind => With(new RequestChangedEntry(Path(), Text(), new(kind, Chance() ? Person() : null) { To = Maybe(Text()), Reason = Maybe(Text()) }))),
        .. Enum.GetValues<ApprovalOutcome>().Select(outcome => With(new RequestResolvedEntry(Path(), Text(), Decision(outcome), typeof(string)))),
        .. Enum.GetValues<OperatorAct>().Select(act => With(new OperatorActedEntry(Path(), act, Person(), Text()))),
        With(new SignalReceivedEntry<string>(Path(), Text(), Text(), Maybe(Text()), Chance() ? Person() : null)),
        With(new StateChangedEntry<string[]>(Path(), Text(), [Text()], Chance())),
        With(new TimerEntry(JournalEntryKind.TimerSet, Path(), Date())),
        With(new TimerEntry(JournalEntryKind.TimerFired, Path(), Date())),
        With(new RunSuspendedEntry(Path(), Flow(), [.. Enum.GetValues<WaitKind>().Select(kind => new PendingWait(kind, Path(), Date(), Maybe(Text()), Maybe(Text())) { Due = Chance() ? Date() : null })], Maybe(Text()))),
        With(new RunStatusEntry(JournalEntryKind.RunResumed, Path(), Maybe(Text()))),
        With(new RunStatusEntry(JournalEntryKind.RunFailed, Path(), Maybe(Text()))),
        With(new RunStatusEntry(JournalEntryKind.RunCancelled, Path(), Maybe(Text()))),
        With(new RunContinuedEntry(Path(), RunId.Parse("run-2"))),
        With(new RunCompletedEntry<Outcome<int>[]>(Path(), [])),
        With(new RunCompletedEntry<string>(Path(), Text())),
    ];

    private JournalEntry With(JournalEntry entry, bool isLabelled = true)
    {
        entry.Sequence = ++_sequence;
        entry.Ticks = Date().UtcTicks;
        if (isLabelled && Chance()) entry.Label = Label();
        return entry;
    }

    private ApprovalRequest Request(RequestKind kind) => new()
    {
        Id = Text(),
        RunId = default,
        Flow = "",
        Path = Path(),
        Name = Text(),
        Kind = kind,
        AskedBy = Text(),
        Prompt = Text(),
        Value = Text(),
        ValueType = typeof(string),
        AnswerType = typeof(string),
        Role = Maybe(Text()),
        Digest = Maybe(Text()) ?? "",
        Terms = Chance() ? RequestTerms.Default : new() { Quorum = random.Next(1, 5), NotByAuthor = Chance(), Deadline = Chance() ? Span() : null, Escalation = Chance() ? [Escalation.ToRole(Text()), Escalation.ToPerson(Text())] : [] },
        Principal = Principal.Anonymous,
        OpenedAt = Date(),
    };

    private ApprovalDecision Decision(ApprovalOutcome outcome) => ApprovalDecision.Recorded(outcome, Text(), Chance() ? Person() : null, Maybe(Text())) with
    {
        Digest = Maybe(Text()),
        Key = Maybe(Text()),
        IsByDeadline = Chance(),
        ApprovedBy = Chance() ? [Text(), Text()] : [],
    };

    private EffectDetail? Detail() => Chance() ? null : new()
    {
        Model = Maybe(Text()),
        Agent = Maybe(Text()),
        Tool = Maybe(Text()),
        Withheld = Maybe(Text()),
        ErrorType = Maybe(Text()),
        IsRejected = Chance(),
        ModelReason = Maybe(Text()),
        IsCached = Chance(),
        Cost = Chance() ? random.Next() / 1000m : null,
        Duration = Chance() ? Span() : null,
        Usage = Chance() ? new UsageDetails { InputTokenCount = random.Next(), OutputTokenCount = random.Next() } : null,
        Arguments = Chance() ? new Dictionary<string, object?> { ["x"] = random.Next(), [Text()] = Text(), ["nothing"] = null } : null,
    };

    private Label Label()
    {
        var label = AgentFlow.Label.None.WithIntegrity(Any<Integrity>());
        if (Chance()) label = label.WithAudience(Chance() ? [] : [Text(), Text()]);
        return Chance() ? label.From(Text()).From("mail") : label;
    }

    private Principal Person() => new(Text())
    {
        Tenant = Maybe(Text()),
        Project = Maybe(Text()),
        Scopes = Chance() ? new HashSet<string> { "read", Text() } : [],
        Roles = Chance() ? new HashSet<string> { "boss", Text() } : [],
    };

    private FlowIdentity Flow(bool keepsStructure = false)
    {
        var fingerprint = $"{random.Next():x8}";
        var structure = keepsStructure ? Maybe(Text()) : null;
        return new(Text(), random.Next(1, 9), null, () => fingerprint, () => structure);
    }

    private Dictionary<string, string> Map() => Chance() ? [] : new() { ["key"] = Text(), [Text()] = Text() };

    private StepPath Path() => StepPath.Parse(random.Next(4) switch { 0 => "flow", 1 => "flow/a", 2 => "flow/a b#2/c~3", _ => "flow/ü/(when)" });

    private DateTimeOffset Date() => new(new DateTime(2030, 1, 1).AddTicks(random.NextInt64(TimeSpan.TicksPerDay)).Ticks, TimeSpan.Zero);

    private TimeSpan Span() => TimeSpan.FromTicks(random.NextInt64(1, TimeSpan.TicksPerDay));

    private T Any<T>() where T : struct, Enum => random.GetItems(Enum.GetValues<T>(), 1)[0];

    private string Text() => random.GetItems(Texts, 1)[0];

    private string? Maybe(string text) => Chance() ? text : null;

    private bool Chance() => random.Next(2) == 0;
}
