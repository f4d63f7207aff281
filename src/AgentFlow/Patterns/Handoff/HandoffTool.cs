using System.Text.Json;
using AgentFlow.Policies;

namespace AgentFlow;

/// <summary>The tool by which an agent hands the conversation over, along one declared edge. Policies judge it as a hand-off.</summary>
internal sealed class HandoffTool : Tool
{
    public const string Prefix = "hand_off_to_";
    private readonly Step? _target;

    private HandoffTool(string to, Step? target, ToolPlan plan)
        : base(plan) => (To, _target) = (to, target);

    /// <summary>Who gets control.</summary>
    public string To { get; }

    public static string NameFor(string to) => Prefix + string.Concat(to.Select(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' ? character : '_'));

    public static HandoffTool Create(string to, Step? target, string when, string description) => new(to, target, new()
    {
        Name = NameFor(to),
        Description = string.Join(' ', new[] { $"Hands the conversation over to '{to}'.", when.Length > 0 ? $"For: {when}." : "", description }.Where(text => text.Length > 0)),
        Step = StepPlan.Default,
        Effect = EffectClass.Idempotent,
    });

    internal override BoundTool Bind(JsonSerializerOptions json) => new BoundHandoff(Plan, To, _target, json);
}

internal sealed class BoundHandoff(ToolPlan plan, string to, Step? target, JsonSerializerOptions json) : BoundTool(plan, Schema, json)
{
    private const string ReasonName = "reason";

    private static readonly JsonElement Schema = JsonElement.Parse("""{"type":"object","properties":{"reason":{"type":"string","description":"Why, and what the other one needs to know."}},"required":["reason"]}""");

    public override bool EndsConversation => true;

    public string To => to;

    public static string ReasonOf(ToolCall call) => call.Arguments.TryGetValue(ReasonName, out var given) ? given switch
    {
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        string text => text,
        _ => "",
    } : "";

    public override async ValueTask<object?> CallAsync(FlowContext scope, StepPath path, ToolCall call)
    {
        if (scope.Run.Runtime.Policies.Covers(PolicyOperation.HandOff))
        {
            var request = new HandoffRequest(call.Agent, to, ReasonOf(call));
            var admitted = await new HandoffInvocation(scope, path, to, target).RunAsync(new PolicySubject<HandoffRequest>(request, scope.Label)).ConfigureAwait(false);
            if (admitted.Reason != request.Reason) call.Arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { [ReasonName] = admitted.Reason };
        }

        return $"'{to}' has the conversation now.";
    }
}

/// <summary>A hand-off under policies: from an agent to another one, or to a human.</summary>
internal sealed class HandoffInvocation(FlowContext scope, StepPath path, string to, Step? target)
    : Invocation<HandoffRequest, HandoffRequest>(scope, path, to, PolicyOperation.HandOff, Invocations.ToolEnd)
{
    private static readonly Step<string, string> Nobody = AgentFlow.Step.Create<string, string>("human", (text, _) => text);

    protected override Step Step => target ?? Nobody;

    protected override ValueTask<HandoffRequest> ProceedAsync(FlowContext inside, HandoffRequest input) => new(input);
}
