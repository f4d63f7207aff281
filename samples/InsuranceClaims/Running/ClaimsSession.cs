using AgentFlow;
using Spectre.Console;

namespace InsuranceClaims;

/// <summary>One call of the program: all files through the flow, with a person where one is needed.</summary>
internal sealed class ClaimsSession(ClaimsHost host, Surroundings around, ApproveMode approve)
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly List<(string Id, FlowRun<ClosedClaim> Run)> _runs = [];
    private readonly List<ClaimResult> _unreadable = [];

    public async Task<IReadOnlyList<(ClaimResult Result, ClosedClaim? Claim)>> ProcessAsync(
        IReadOnlyList<ClaimSource> sources, CancellationToken cancellationToken)
    {
        var board = new ClaimBoard(sources.Select(source => source.Id));
        var watchers = new List<Task>();
        foreach (var source in sources)
            if (await StartAsync(source, board, cancellationToken) is { } run)
                watchers.Add(RunWatcher.WatchAsync(run, source.Id, board));

        await FollowAsync(board, cancellationToken);
        while (_runs.Any(entry => !entry.Run.Ended.IsCompleted))
        {
            await AnswerAsync(cancellationToken);
            await FollowAsync(board, cancellationToken);
        }
        await Task.WhenAll(watchers);

        var results = new List<(ClaimResult Result, ClosedClaim? Claim)>();
        foreach (var (id, run) in _runs)
            results.Add(await ClaimResults.OfAsync(id, run));
        results.AddRange(_unreadable.Select(result => (result, (ClosedClaim?)null)));
        return [.. results.OrderBy(entry => entry.Result.Id, StringComparer.Ordinal)];
    }

    /// <summary>What all runs used, per agent.</summary>
    public RunReport Report => RunReport.From(_runs.SelectMany(entry => entry.Run.Entries));

    private async Task<FlowRun<ClosedClaim>?> StartAsync(ClaimSource source, ClaimBoard board, CancellationToken cancellationToken)
    {
        try
        {
            var run = await host.StartAsync(await ClaimFileReader.ReadAsync(source.Path, source.Id, cancellationToken), cancellationToken);
            _runs.Add((source.Id, run));
            return run;
        }
        catch (UnreadableClaimException unreadable)
        {
            await around.Error.WriteLineAsync(unreadable.Message);
            _unreadable.Add(ClaimResults.Failed(source.Id, unreadable.Message));
            board.Set(source.Id, ClaimPhase.Failed, unreadable.Message);
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
            await host.Requests.ResolveAsync(request.Id, await adjuster.AskAsync(request, cancellationToken));
    }
}
