using AgentFlow.Journaling;

namespace AgentFlow;

/// <content>Other ways to have the effect, each with all the attempts its options allow.</content>
internal sealed partial class EffectCall<TIn, TOut>
{
    private readonly IRoutedEffect? _route = step.RouteOf(input, scope.Run);
    private int _attemptsBefore;

    private ValueTask<TOut> AttemptAllAsync() => step.SharedBy(_input, _run, path) is { } shared ? shared.GetAsync(AttemptHereAsync, scope.CancellationToken) : AttemptHereAsync();

    private ValueTask<TOut> AttemptHereAsync() => _route is null ? AttemptTurnAsync() : AttemptRouteAsync(_route);

    private async ValueTask<TOut> AttemptRouteAsync(IRoutedEffect route)
    {
        while (true)
        {
            await BeginTurnAsync(route).ConfigureAwait(false);
            try
            {
                return await AttemptTurnAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (!scope.IsCancelled && Resilience.MayRepeat(exception, scope.CancellationToken) && route.FallsBack(exception))
            {
                var (errorType, message) = (EffectOutcome.TypeOf(exception), EffectOutcome.MessageOf(exception));
                _run.Append(new EffectFailedEntry(path, step.Name, errorType, message, Math.Max(1, _attempts), isFinal: false) { Detail = step.DetailOf(_input, default, _run) });
                RunLog.FallsBack(_run.Runtime.Logger, _run.Id, path, errorType);
                route.NextTurn(exception);
                _attemptsBefore = _attempts;
            }
        }
    }

    /// <summary>Whatever was permitted was permitted for the way that was judged: another one is judged anew.</summary>
    private async ValueTask BeginTurnAsync(IRoutedEffect route)
    {
        route.BeginTurn();
        if (_policies is null) return;
        var judged = _policies.Facts.Model;
        step.DescribeTo(_policies.Facts, _input);
        if (judged == _policies.Facts.Model) return;
        await _policies.RequestAsync(_subject!, mayAsk: true, scope.CancellationToken).ConfigureAwait(false);
        _input = Discharge(_policies, _subject!.Value);
    }
}
