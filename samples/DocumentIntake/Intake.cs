using AgentFlow;
using AgentFlow.Agents;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace DocumentIntake;

/// <summary>The runtime with the intake flow. What it knows is kept beside the documents that it has filed.</summary>
internal sealed class Intake : IAsyncDisposable
{
    private const string Home = ".intake";
    private const int AtOnce = 8;
    private readonly FileJournal _journal;
    private readonly FlowRuntime _runtime;
    private readonly Flow<Incoming, Filing> _flow;

    /// <exception cref="JournalException">Another process has the folder open, or it is damaged.</exception>
    public Intake(string outFolder, IChatClient model, TimeProvider clock)
    {
        _journal = FileJournal.Open(Path.Combine(outFolder, Home, "journal"));
        Agents = new AgentRegistry(new FileAgentStore(Path.Combine(outFolder, Home, "agents")));
        var options = new FlowRuntimeOptions { Journal = _journal, Agents = Agents };
        options.Models.Add("reader", model);
        options.Scheduler.MaxConcurrentRuns = AtOnce;
        _runtime = new FlowRuntime(options);
        _flow = IntakeFlow.Create(new BusinessRules(clock), new OutFolder(outFolder).AsStep());
        _runtime.Steps.Add(_flow);
    }

    public AgentRegistry Agents { get; }

    /// <summary>
    /// Files a document once: the same content is the same run, whenever it comes and whatever it is called. One that went to review may be
    /// tried again, as a run of its own.
    /// </summary>
    public async Task<(FlowRun<Filing> Run, bool IsNew)> StartAsync(Incoming incoming, bool retry, CancellationToken cancellationToken)
    {
        FlowRun<Filing>? earlier = null;
        var attempt = 1;
        while (await _runtime.GetRunAsync<Filing>(RunId.Parse(IdOf(incoming, attempt)), cancellationToken) is { } known) (earlier, attempt) = (known, attempt + 1);
        if (earlier is not null && !(retry && (await earlier).NeedsReview)) return (earlier, IsNew: false);

        // Documents are written by strangers, and everything made of them says so.
        var options = new RunOptions { Id = IdOf(incoming, attempt), InputLabel = Label.Untrusted("post") };
        return (await _runtime.StartAsync(_flow, incoming, options, cancellationToken), IsNew: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private static string IdOf(Incoming incoming, int attempt) => attempt == 1 ? incoming.Digest[..32] : $"{incoming.Digest[..32]}-{attempt}";
}

/// <summary>What became of a document.</summary>
/// <param name="Readings">How often it was read until the rules held, or nothing more came of it.</param>
/// <param name="IsNew">Whether it was filed just now.</param>
internal sealed record Receipt(Filing Filing, int Readings, bool IsNew)
{
    public static async Task<Receipt> OfAsync(FlowRun<Filing> run, bool isNew) =>
        new(await run, run.Entries.Count(entry => entry is DecisionMadeEntry { Value: Verdict } && entry.Path.ToString().Contains("/rules/", StringComparison.Ordinal)), isNew);
}
