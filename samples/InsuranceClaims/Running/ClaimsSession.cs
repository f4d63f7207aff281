using AgentFlow;
using Spectre.Console;

namespace InsuranceClaims;

/// <summary>One call of the program: all claims through the flow, with a person where one is needed.</summary>
internal sealed class ClaimsSession(ClaimsHost host, Surroundings around, ApproveMode approve)
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly List<ClaimRun> _runs = [];
    private readonly List<ClaimResult> _failed = [];

    public async Task<IReadOnlyList<(ClaimResult Result, ClosedClaim? Claim)>> ProcessAsync(
        IReadOnlyList<ClaimSource> sources, CancellationToken cancellationToken)
    {
        var board = new ClaimBoard(sources.Select(source => source.Id));
        var watchers = new List<Task>();
        foreach (var source in sources)
            if (await StartAsync(source, board, cancellationToken) is { } run)
                watchers.Add(RunWatcher.WatchAsync(run.Run, run.Id, board));
        return await FinishAsync(board, watchers, cancellationToken);
    }

    /// <summary>Starts nothing: finishes what the journal has.</summary>
    public async Task<IReadOnlyList<(ClaimResult Result, ClosedClaim? Claim)>> ResumeAsync(CancellationToken cancellationToken)
    {
        var (runs, held) = await host.ResumeAsync(cancellationToken);
        _runs.AddRange(runs);
        _failed.AddRange(held.Select(run => ClaimResults.Failed(run.RunId.ToString(), run.Reason)));
        var board = new ClaimBoard(runs.Select(run => run.Id));
        return await FinishAsync(board, [.. runs.Select(run => RunWatcher.WatchAsync(run.Run, run.Id, board))], cancellationToken);
    }

    /// <summary>What all runs used, per agent, in whatever process.</summary>
    public RunReport Report => RunReport.From(_runs.SelectMany(claim => claim.Run.Entries));

    /// <summary>The model and tool calls of earlier processes that were used instead of made again.</summary>
    public (int Model, int Tools) Reused => (_runs.Sum(claim => claim.Earlier.ModelCalls), _runs.Sum(claim => claim.Earlier.ToolCalls));

    private async Task<IReadOnlyList<(ClaimResult Result, ClosedClaim? Claim)>> FinishAsync(ClaimBoard board, List<Task> watchers, CancellationToken cancellationToken)
    {
        await FollowAsync(board, cancellationToken);
        while (_runs.Any(entry => !entry.Run.Ended.IsCompleted))
        {
            await AnswerAsync(cancellationToken);
            await FollowAsync(board, cancellationToken);
        }
        await Task.WhenAll(watchers);

        var results = new List<(ClaimResult Result, ClosedClaim? Claim)>();
        foreach (var claim in _runs)
            results.Add(await ClaimResults.OfAsync(claim.Id, claim.Run));
        results.AddRange(_failed.Select(result => (result, (ClosedClaim?)null)));
        return [.. results.OrderBy(entry => entry.Result.Id, StringComparer.Ordinal)];
    }

    private async Task<ClaimRun?> StartAsync(ClaimSource source, ClaimBoard board, CancellationToken cancellationToken)
    {
        try
        {
            var run = await host.StartAsync(await ClaimFileReader.ReadAsync(source.Path, source.Id, cancellationToken), cancellationToken);
            _runs.Add(run);
            return run;
        }
        catch (Exception failure) when (failure is UnreadableClaimException or RunHeldException)
        {
            await around.Error.WriteLineAsync(failure.Message);
            _failed.Add(ClaimResults.Failed(source.Id, failure.Message));
            board.Set(source.Id, ClaimPhase.Failed, failure.Message);
            return null;
        }
    }

    /// <summary>Shows the board until every run has ended or waits for a person.</summary>
    private async Task FollowAsync(ClaimBoard board, CancellationToken cancellationToken)
    {
        if (!around.Interactive)
        {
            await Task.WhenAll(_runs.Select(entry => entry.Run.Ended)).WaitAsync(cancellationToken);
            return;
        }
        await around.Console.Live(BoardView.Render(board.Snapshot())).StartAsync(async screen =>
        {
            while (_runs.Exists(entry => IsMoving(entry.Run)))
            {
                await Task.Delay(Frame, cancellationToken);
                screen.UpdateTarget(BoardView.Render(board.Snapshot()));
            }
            screen.UpdateTarget(BoardView.Render(board.Snapshot()));
        });
    }

    private bool IsMoving(FlowRun run) => !run.Ended.IsCompleted
        && !(approve == ApproveMode.Ask && host.Requests.Open.Any(request => request.RunId == run.Id));

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var adjuster = new Adjuster(around.Input, around.Console.Profile.Out.Writer);
        foreach (var request in host.Requests.Open)
            await host.Requests.ResolveAsync(request.Id, await adjuster.AskAsync(request, host.Requests.ValueOf<Settlement>(request), cancellationToken));
    }
}
