using AgentFlow;
using InsuranceClaims.OpenAi;

namespace ResearchDesk;

/// <summary>How all agents reach the model: a few at a time, and again when the endpoint says that it may work later.</summary>
internal static class ModelAccess
{
    public const string Model = "desk";
    public const string Lane = "model";

    public static AgentBuilder<TIn, TOut> OnTheModel<TIn, TOut>(this AgentBuilder<TIn, TOut> agent) => agent
        .Model(Model)
        .ModelCalls(calls => calls.Lane(Lane).Retry(3, TimeSpan.FromSeconds(2), failure => failure is ModelEndpointException { IsTransient: true }));
}
