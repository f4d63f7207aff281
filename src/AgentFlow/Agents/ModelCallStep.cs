using AgentFlow.Journaling;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The effect of calling a model.</summary>
internal sealed class ModelCallStep : EffectStep<ModelRequest, ChatResponse>
{
    public const string StepName = "model";

    public ModelCallStep(StepPlan plan)
        : base(StepName) => Plan = plan;

    internal override PolicyOperation Operation => PolicyOperation.CallModel;

    protected internal override async ValueTask<ChatResponse> ExecuteAsync(ModelRequest input, StepContext context)
    {
        var client = input.Call.Source.Resolve(context.Run.Runtime, input.Agent).Client;
        var started = context.Time.GetTimestamp();
        try
        {
            var response = await client.GetResponseAsync(input.Messages, input.Options, context.CancellationToken).ConfigureAwait(false);
            ToolCallRules.MarkMalformed(response);
            return response;
        }
        finally
        {
            input.Call.Spent(context.Time.GetElapsedTime(started));
        }
    }

    internal override EffectDetail DetailOf(ModelRequest input, ChatResponse? output, FlowRun run) => new()
    {
        Agent = input.Agent,
        Model = output?.ModelId ?? input.Model,
        Usage = output?.Usage,
        Cost = output?.Usage is { } usage ? PriceOf(input.Call.Source, run)?.Of(usage) : null,
        Duration = input.Call.Elapsed,
    };

    private static ModelPrice? PriceOf(ModelSource source, FlowRun run) =>
        source.Price ?? (source.Name is { } name ? run.Runtime.Models.Find(name)?.Price : null);
}
