using AgentFlow;
using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;
using Polly;
using Polly.Retry;

namespace InsuranceClaims;

/// <summary>How all agents reach the model: a few at a time, and again when the endpoint says that it may work later.</summary>
internal static class ModelAccess
{
    /// <summary>The lane that all model calls share, over all claims.</summary>
    public const string Lane = "model";

    private const int Retries = 4;

    public static AgentBuilder<TIn, TOut> OnTheModel<TIn, TOut>(this AgentBuilder<TIn, TOut> agent) =>
        agent.ModelCalls(calls => calls.Lane(Lane).Resilient(pipeline => pipeline.AddRetry(Patience())));

    private static RetryStrategyOptions<ChatResponse> Patience() => new()
    {
        ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Exception is ModelEndpointException { IsTransient: true }),
        MaxRetryAttempts = Retries,
        Delay = TimeSpan.FromSeconds(1),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        // An endpoint that says how long to wait knows better than any formula.
        DelayGenerator = static attempt => ValueTask.FromResult((attempt.Outcome.Exception as ModelEndpointException)?.RetryAfter),
    };
}
