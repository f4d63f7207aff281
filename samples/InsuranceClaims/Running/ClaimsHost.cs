using System.Security.Cryptography;
using System.Text;
using AgentFlow;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Policies;

namespace InsuranceClaims;

/// <summary>The runtime with the claims flow, and the runs of one call of the program.</summary>
internal sealed class ClaimsHost : IAsyncDisposable
{
    private const string ClaimTag = "claim";
    private const int ModelCallsAtOnce = 8;
    private const int LongestName = 100;
    private readonly FileJournal? _journal;
    private readonly FlowRuntime _runtime;

    /// <param name="journal">Where runs are kept; null keeps them in memory. The host closes it.</param>
    public ClaimsHost(PolicyBook policies, ModelChoice model, IApprover? approver, TimeProvider? clock = null, FileJournal? journal = null)
    {
        _journal = journal;
        var options = new FlowRuntimeOptions { SerializerOptions = ClaimsJson.Options, Approver = approver, Time = clock ?? TimeProvider.System, Journal = journal };
        options.Models.Add(model.Name, model.Client, model.Price);
        options.Scheduler.AddLane(ModelAccess.Lane, ModelCallsAtOnce);
        _runtime = new FlowRuntime(options);
        Flow = ClaimsFlow.Create(policies);
        _runtime.Steps.Add(Flow);
    }

    public Flow<ClaimFile, ClosedClaim> Flow { get; }

    public RequestInbox Requests => _runtime.Requests;

    /// <summary>
    /// Starts the flow for a file, or finds the run that an earlier process has started for it. What the file says is marked as coming
    /// from outside, and stays so in everything made of it.
    /// </summary>
    /// <exception cref="RunHeldException">The journal has a run that this program cannot continue.</exception>
    public async ValueTask<ClaimRun> StartAsync(ClaimFile file, CancellationToken cancellationToken)
    {
        var options = new RunOptions { Id = IdOf(file), Tags = new Dictionary<string, string> { [ClaimTag] = file.Id }, InputLabel = Label.Untrusted("post") };
        var earlier = await EarlierAsync(RunId.Parse(options.Id), cancellationToken);
        return new(file.Id, await _runtime.StartAsync(Flow, file, options, cancellationToken), earlier);
    }

    /// <summary>Every run of the journal: those that had ended come with their results, the others continue. Those that cannot are told.</summary>
    public async Task<(IReadOnlyList<ClaimRun> Runs, IReadOnlyList<HeldRun> Held)> ResumeAsync(CancellationToken cancellationToken)
    {
        var runs = new List<ClaimRun>();
        var held = new List<HeldRun>();
        await foreach (var stored in _journal!.ListAsync(cancellationToken))
        {
            try
            {
                var earlier = await EarlierAsync(stored.RunId, cancellationToken);
                var run = (await _runtime.GetRunAsync<ClosedClaim>(stored.RunId, cancellationToken))!;
                runs.Add(new(((RunStartedEntry)run.Entries[0]).Tags[ClaimTag], run, earlier));
            }
            catch (RunHeldException exception)
            {
                held.Add(exception.Run);
            }
        }
        return (runs, held);
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        if (_journal is not null)
            await _journal.DisposeAsync();
    }

    private async Task<AgentReport> EarlierAsync(RunId id, CancellationToken cancellationToken) =>
        RunReport.From(await _runtime.ReadEntriesAsync(id, cancellationToken)).Total;

    /// <summary>The same file is the same run, whenever it is read; another content under the same name is another claim.</summary>
    private static string IdOf(ClaimFile file)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{file.Name}\n{file.Text}")), 0, 6);
        return $"{file.Id[..Math.Min(file.Id.Length, LongestName)]}-{digest}";
    }
}
