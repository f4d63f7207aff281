using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>One run of one case, and its scores.</summary>
internal sealed class EvaluationTrial<TIn, TOut>(EvaluationBench bench, Flow<TIn, TOut> flow, IReadOnlyList<Scorer<TIn, TOut>> scorers, EvaluationOptions<TIn, TOut> options)
{
    public async Task<RunResult> RunAsync(EvaluationCase<TIn, TOut> tried, CancellationToken cancellationToken)
    {
        FlowRun<TOut>? run = null;
        IReadOnlyList<JournalEntry> entries = [];
        try
        {
            var start = options.RunOptions(tried);
            run = await bench.RunToEndAsync(flow, tried.Input, start with { Id = null, Deadline = start.Deadline ?? options.RunDeadline }, cancellationToken).ConfigureAwait(false);
            entries = await bench.EntriesAsync(run, cancellationToken).ConfigureAwait(false);
            var context = new ScorerContext<TIn, TOut>(bench, tried, await run.Result.ConfigureAwait(false), run.Id, entries, options.RunDeadline);
            var scores = new List<RunScore>(scorers.Count);
            foreach (var scorer in scorers) scores.Add(await ScoreAsync(scorer, context, cancellationToken).ConfigureAwait(false));
            return Result(run, entries) with { Output = PlainText.Cut(context.Text, RunResult.MaxText), Scores = scores, Judging = context.Judging };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a run ends with is a finding about the flow; the evaluation goes on with the other cases.
            var failure = RunFailure.Of(exception);
            return Result(run, entries) with { Failure = failure, Scores = [.. scorers.Select(scorer => new RunScore(scorer.Name, 0, PlainText.Cut($"the run failed: {failure}", RunScore.MaxText)))] };
        }
    }

    private static RunResult Result(FlowRun? run, IReadOnlyList<JournalEntry> entries) => new()
    {
        RunId = run?.Id.ToString(),
        Latency = entries.Count == 0 ? TimeSpan.Zero : entries[^1].Time - entries[0].Time,
        Usage = EvaluationUsage.Of(entries),
        Scores = [],
    };

    private static async ValueTask<RunScore> ScoreAsync(Scorer<TIn, TOut> scorer, ScorerContext<TIn, TOut> context, CancellationToken cancellationToken)
    {
        try
        {
            var score = await scorer.ScoreAsync(context, cancellationToken).ConfigureAwait(false);
            if (score is null) return Broken("it gave no score");
            return score.Value is >= 0 and <= 1
                ? new(scorer.Name, score.Value, PlainText.Cut(score.Reason ?? "", RunScore.MaxText))
                : Broken(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it gave {score.Value}, and a score is 0 to 1"));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A scorer is the host's code: what it throws is named and counted, and the other scores stay.
            return Broken($"{exception.GetType().Name}: {exception.Message}");
        }

        RunScore Broken(string why) => new(scorer.Name, 0, PlainText.Cut($"the scorer failed: {why}", RunScore.MaxText)) { IsError = true };
    }
}
