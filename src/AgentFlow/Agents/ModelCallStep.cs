using System.Diagnostics;
using AgentFlow.Journaling;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The effect of calling a model. With a reader of events it streams; what is recorded is the whole response either way.</summary>
internal sealed class ModelCallStep : EffectStep<ModelRequest, ChatResponse>
{
    public const string StepName = "model";

    public ModelCallStep(StepPlan plan)
        : base(StepName) => Plan = plan;

    internal override PolicyOperation Operation => PolicyOperation.CallModel;

    protected internal override async ValueTask<ChatResponse> ExecuteAsync(ModelRequest input, StepContext context)
    {
        var client = input.Call.Current.Client;
        var circuit = input.Call.Circuit;
        var started = context.Time.GetTimestamp();
        try
        {
            var response = circuit is null
                ? await CallAsync((this, client, input, context), context.CancellationToken).ConfigureAwait(false)
                : await circuit.CallAsync(CallAsync, (this, client, input, context), context.CancellationToken).ConfigureAwait(false);
            if (response is null) throw new InvalidOperationException($"The client of agent '{input.Agent}' returned no response: its GetResponseAsync yielded null.");
            if (TokensOf(response.Usage) is { } used) context.Used(used);
            ToolCallRules.MarkMalformed(response);
            return response;
        }
        finally
        {
            input.Call.Spent(context.Time.GetElapsedTime(started));
        }
    }

    /// <summary>What the agent was given: its instructions and prompts may be better ones by now.</summary>
    internal override InputPrint? PrintOf(ModelRequest input, FlowRuntime runtime) => input.Call.Conversation.Given;

    internal override EffectDetail DetailOf(ModelRequest input, ChatResponse? output, FlowRun run) => new()
    {
        Agent = input.Agent,
        Model = output?.ModelId ?? input.Model,
        Usage = output?.Usage,
        Cost = input.Call.IsCached ? 0 : output?.Usage is { } usage ? input.Call.TryCurrent()?.Price?.Of(usage) : null,
        ModelReason = input.Call.Reason,
        IsCached = input.Call.IsCached,
        Duration = input.Call.Elapsed,
    };

    internal override (long Input, long Total) EstimateTokens(ModelRequest input)
    {
        var tokens = CallTokens.Input(input.Messages, input.Options);
        return (tokens, (long)tokens + CallTokens.Output(input.Options));
    }

    internal override IRoutedEffect? RouteOf(ModelRequest input, FlowRun run) =>
        run.Runtime.Models.IsRouted || input.Call.Source.Fallbacks is not null || IsCached(input, run) ? input.Call : null;

    internal override PolicySubject<ModelRequest> SubjectOf(ModelRequest input, Label? label) => new ModelSubject(input, label);

    internal override void DescribeTo(PolicyFacts facts, ModelRequest input) => facts.Model = input.Model;

    internal override bool TryDischarge(Obligation obligation, ref ModelRequest input)
    {
        if (obligation is not LimitOutputTokensObligation limit) return false;
        var options = input.Options.Clone();
        options.MaxOutputTokens = Math.Min(options.MaxOutputTokens ?? int.MaxValue, limit.Tokens);
        input = input with { Options = options };
        return true;
    }

    /// <summary>Text that was held back goes out as it passed the policies.</summary>
    internal override void OnReleased(ModelRequest input, ChatResponse output, FlowRun run, StepPath path)
    {
        if (!run.Events.IsEnabled || !HoldsBack(run)) return;
        if (output.Text is { Length: > 0 } text) run.Events.Publish(new TextDelta(path, input.Agent, text));
    }

    internal override Activity? StartSpan(ModelRequest input, FlowContext scope, StepPath path) => ChatSpan.Start(input, scope, path);

    internal override void EndSpan(Activity span, ModelRequest input, ChatResponse output) => ChatSpan.End(span, output);

    /// <summary>While a policy may still change or withhold the response, and while two attempts compete, nobody reads along.</summary>
    private bool HoldsBack(FlowRun run) => Plan.Hedged || run.Runtime.Policies.Covers(PolicyOperation.CallModel, PolicyPhase.Result);

    /// <summary>A client may change the options it is given: attempts do not share them.</summary>
    private static ChatOptions OptionsOf(ModelRequest input)
    {
        if (input.Call.Foreign(input) is { } foreign) throw new InvalidOperationException(ModelSubject.Explain(input.Agent, foreign));
        return input.Options.Clone();
    }

    internal override ISharedEffect<ChatResponse>? SharedBy(ModelRequest input, FlowRun run, StepPath path) => !IsCached(input, run) ? null : new SharedModelCall(input, input.Call.Source.Cache!, run, response =>
    {
        if (run.Events.IsEnabled && !HoldsBack(run) && response.Text is { Length: > 0 } text) run.Events.Publish(new TextDelta(path, input.Agent, text));
    });

    private static bool IsCached(ModelRequest input, FlowRun run) => input.Call.Source.Cache is not null && run.Runtime.Sharing is not null;

    private static long? TokensOf(UsageDetails? usage) => usage is null ? null : usage.TotalTokenCount ?? (usage.InputTokenCount is null && usage.OutputTokenCount is null ? null : (usage.InputTokenCount ?? 0) + (usage.OutputTokenCount ?? 0));

    private static async ValueTask<ChatResponse> CallAsync((ModelCallStep Step, IChatClient Client, ModelRequest Input, StepContext Context) call, CancellationToken cancellationToken) =>
        call.Context.Run.Events.IsEnabled
            ? await call.Step.StreamAsync(call.Client, call.Input, call.Context).ConfigureAwait(false)
            : await call.Client.GetResponseAsync(call.Input.Messages, OptionsOf(call.Input), cancellationToken).ConfigureAwait(false);

    private async ValueTask<ChatResponse> StreamAsync(IChatClient client, ModelRequest input, StepContext context)
    {
        var updates = new List<ChatResponseUpdate>();
        var text = HoldsBack(context.Run) ? null : input.Call.Begin(new(context.Run, context.Path, input.Agent, context.Attempt));
        using var leftBehind = context.CancellationToken.UnsafeRegister(static text => ((TextStream?)text)?.Discard(), text);
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(input.Messages, OptionsOf(input), context.CancellationToken).ConfigureAwait(false))
            {
                updates.Add(update);
                text?.Publish(update.Text);
            }
        }
        catch
        {
            text?.Discard();
            throw;
        }

        text?.Complete();
        return updates.ToChatResponse();
    }
}

/// <summary>Policies may take tools from a model and give it none: a tool that came in here would be called past the gate.</summary>
internal sealed class ModelSubject(ModelRequest request, Label? label) : PolicySubject<ModelRequest>(request, label)
{
    public static string Explain(string agent, AITool tool) => $"shows the model the tool '{tool.Name}', which agent '{agent}' was not given";

    public override Misfit? Fit(ref object? given)
    {
        if (base.Fit(ref given) is { } misfit) return misfit;
        return given is ModelRequest request && Value.Call.Foreign(request) is { } foreign
            ? new(null, given, "a request with the agent's own tools", Explain(Value.Agent, foreign), "Give the agent the tool with Tools(…).")
            : null;
    }
}
