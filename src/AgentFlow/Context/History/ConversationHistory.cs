using AgentFlow.Journaling;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// The messages of one invocation of an agent, kept inside the model's window. What is left out before a model call is decided and
/// recorded at <c>agent/(history)</c> with the number of the call: a replay leaves out the same, and nothing where nothing was.
/// </summary>
internal sealed class ConversationHistory(HistoryPlan plan, FlowContext context, ModelSource model, ModelCallStep step)
{
    private const string Segment = "(history)";
    private MessageLog _messages = new();
    private MessageLog? _said;
    private List<int>? _sizes;
    private List<ChatMessage>? _beside;
    private int? _prompt;

    /// <summary>What was said since the conversation was opened, whatever of it was left out since.</summary>
    public IReadOnlyList<ChatMessage> Said => _said!.Snapshot();

    public void Add(ChatMessage message)
    {
        _messages.Add(message);
        _said?.Add(message);
    }

    /// <summary>Adds what the model is to know and nobody has said.</summary>
    public void AddBeside(ChatMessage message)
    {
        _messages.Add(message);
        (_beside ??= []).Add(message);
    }

    /// <summary>What the conversation consists of now, without instructions and what nobody has said.</summary>
    public IReadOnlyList<ChatMessage> Spoken() => [.. _messages.Snapshot().Where(message => message.Role != ChatRole.System && _beside?.Contains(message) != true)];

    /// <summary>Everything that the conversation begins with is there. The last of it is what this invocation was asked: it stays.</summary>
    /// <param name="keepsSaid">Whether <see cref="Said"/> will be asked for.</param>
    public void Opened(bool keepsSaid)
    {
        _prompt = _messages.Count == 0 ? null : _messages.Count - 1;
        if (keepsSaid) _said = new();
    }

    /// <summary>What this invocation was asked, as text.</summary>
    public string PromptText => _prompt is { } place ? _messages.Snapshot()[place].Text : "";

    public IReadOnlyList<ChatMessage> Snapshot() => _messages.Snapshot();

    /// <summary>Makes the conversation fit for the model call at a path.</summary>
    /// <exception cref="ContextWindowExceededException">What must stay is larger than the window.</exception>
    public async ValueTask FitAsync(int call, StepPath modelCall, ChatOptions options, IReadOnlyList<AITool> tools)
    {
        if ((plan.Window ?? model.ContextTokensIn(context.Run.Runtime)) is null && plan.KeepLast is null && plan.Reduce is null) return;
        var path = context.Path.Child(Segment, call);
        if (context.Run.Replay is { } replay && replay.HasOutcome(modelCall) && !replay.IsDecided(path) && !replay.HasOutcome(path.Child(ReduceStep.StepName))) return;
        var budget = plan.BudgetOf(model.ContextTokensIn(context.Run.Runtime), options, tools);
        if (plan.Reduce is { } reduce) await ReduceAsync(reduce, path.Child(ReduceStep.StepName), budget).ConfigureAwait(false);
        var messages = _messages.Snapshot();
        if (!context.TryRecorded<Compaction>(path, DecisionKind.Compaction, out var compaction))
        {
            if (Compact(messages, budget) is not { } found) return;
            compaction = context.Decide(path, DecisionKind.Compaction, found, static choice => choice, Explain(found));
        }

        var summary = compaction.IsSummarized
            ? await Summary.WriteAsync(context, path.Child(ModelCallStep.StepName), step, plan.Summarizer ?? model, [.. compaction.Dropped.Select(place => messages[place])], SpareOf(compaction.Budget), compaction.Budget, plan.Counter).ConfigureAwait(false)
            : null;
        Replace(messages, compaction, summary);
    }

    private string Explain(Compaction found) => found.Budget is { } limit && found.TokensBefore > limit
        ? $"{found.TokensBefore} tokens, {limit} fit: {found.Dropped.Count} of {found.MessagesBefore} messages left out, {found.Cuts.Count} texts cut"
        : $"more than {plan.KeepLast} messages beside those that stay: {found.Dropped.Count} of {found.MessagesBefore} left out";

    private Compaction? Compact(IReadOnlyList<ChatMessage> messages, int? budget)
    {
        Measure(messages);
        var spare = plan.IsSummarized ? SpareOf(budget) : 0;
        var compactor = new Compactor(plan.Counter);
        if (compactor.Plan(messages, _sizes!, budget, plan.KeepLast, spare, _prompt) is not { } found) return null;
        if (found.TokensAfter > budget && spare > 0) return Checked(compactor.Plan(messages, _sizes!, budget, plan.KeepLast, pinned: _prompt)!, budget);
        return Checked(found, budget) with { IsSummarized = plan.IsSummarized && found.Dropped.Count > 0 };
    }

    private Compaction Checked(Compaction found, int? budget) =>
        found.TokensAfter > budget ? throw new ContextWindowExceededException(context, found.TokensAfter, budget.Value) : found;

    private int SpareOf(int? budget) => budget is { } all ? Math.Clamp(all / 4, 0, plan.SummaryTokens) : plan.SummaryTokens;

    private async ValueTask ReduceAsync(ReduceStep reduce, StepPath path, int? budget)
    {
        var messages = _messages.Snapshot();
        var isAsked = context.Run.Replay?.HasOutcome(path) == true;
        if (!isAsked && (budget is not null || plan.KeepLast is not null))
        {
            Measure(messages);
            isAsked = new Compactor(plan.Counter).Plan(messages, _sizes!, budget, plan.KeepLast, pinned: _prompt) is not null;
            if (!isAsked) return;
        }

        var response = await reduce.InvokeAsync(context, path, messages).ConfigureAwait(false);
        var prompt = _prompt is { } place ? messages[place] : null;
        _messages = new();
        _sizes?.Clear();
        foreach (var message in ReduceStep.WithoutTornPairs(response.Messages)) _messages.Add(message);
        if (_prompt is null) return;
        var kept = _messages.Snapshot();
        _prompt = Enumerable.Range(0, kept.Count).Where(i => ReferenceEquals(kept[i], prompt) || kept[i].Role == ChatRole.User && kept[i].Text == prompt!.Text).Select(i => (int?)i).LastOrDefault();
    }

    private void Replace(IReadOnlyList<ChatMessage> messages, Compaction compaction, ChatMessage? summary)
    {
        _messages = new();
        _sizes?.Clear();
        foreach (var message in Compactor.Apply(messages, compaction, summary)) _messages.Add(message);
        if (_prompt is not { } prompt) return;
        var before = compaction.Dropped.Count(place => place < prompt);
        _prompt = prompt - before + (before > 0 && summary is not null ? 1 : 0);
    }

    private void Measure(IReadOnlyList<ChatMessage> messages)
    {
        _sizes ??= [];
        for (var i = _sizes.Count; i < messages.Count; i++) _sizes.Add(plan.Counter.CountMessage(messages[i]));
    }
}
