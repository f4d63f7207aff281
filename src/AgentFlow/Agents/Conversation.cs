using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The conversation that a model call belongs to.</summary>
internal interface IConversation
{
    /// <summary>What the agent was given; null when it is not compared.</summary>
    InputPrint? Given { get; }
}

/// <summary>One invocation of an agent: asks the model, runs the tools it calls, until there is a final answer.</summary>
internal sealed class Conversation<TIn, TOut>(BoundAgent<TIn, TOut> agent, FlowContext context) : IConversation
{
    private readonly ConversationHistory _messages = new(agent.Definition.History, context, agent.Definition.Model, agent.ModelStep);
    private ToolRounds<TIn, TOut>? _tools;
    private int _calls;
    private int _repairs;

    private TIn? _input;
    private (bool IsKnown, InputPrint? Print) _given;

    /// <summary>Where policies judge invocations, one that has not ended is judged anew, and may be given something else by right.</summary>
    InputPrint? IConversation.Given
    {
        get
        {
            if (!_given.IsKnown) _given = (true, context.Run.Runtime.Policies.Covers(PolicyOperation.InvokeAgent) ? null : InputPrint.Of(_input, agent.Json));
            return _given.Print;
        }
    }

    public async ValueTask<TOut> RunAsync(TIn input)
    {
        _input = input;
        var session = agent.Definition.IsInSession ? await AgentSession.OpenAsync(context).ConfigureAwait(false) : null;
        agent.Open(_messages, context, input, session?.Messages);
        _messages.Opened(keepsSaid: agent.Definition.Frame is not null);
        if (agent.Definition.Sees is { } sees && await EarlierView.RenderAsync(sees, context, agent.Definition.History, agent.Definition.Model, agent.ModelStep).ConfigureAwait(false) is { } shown) _messages.AddBeside(shown);
        if (agent.Definition.Memory is { } memory && await memory.RecallAsync(context, _messages.PromptText).ConfigureAwait(false) is { } recalled) _messages.AddBeside(recalled);
        while (true)
        {
            var response = await AskAsync().ConfigureAwait(false);
            foreach (var message in response.Messages) _messages.Add(message);
            if (ToolCallRules.CallsOf(response) is { } calls)
            {
                if (!MayCall(calls)) throw new MaxTurnsExceededException(context, agent.Definition.MaxTurns);
                _messages.Add(await (_tools ??= new(agent, context)).RunAsync(calls).ConfigureAwait(false));
                if (_tools.Ending is { } ending) return agent.Definition.Frame!.End(ending.Tool, ending.Call, _messages.Said);
                continue;
            }

            if (!TryFinish(response, out var result)) continue;
            if (session is not null) await session.CloseAsync(_messages.Spoken()).ConfigureAwait(false);
            return agent.Definition.Frame is { } frame ? frame.Close(result, _messages.Said) : result;
        }
    }

    /// <summary>Whether there is a turn left to hear of the results. The last one may be used to end the conversation.</summary>
    private bool MayCall(List<FunctionCallContent> calls)
    {
        var left = agent.Definition.MaxTurns - (_calls - _repairs);
        return left > 0 || left == 0 && calls.Exists(call => agent.FindTool(call.Name) is >= 0 and var index && agent.ToolAt(index).EndsConversation);
    }

    private async ValueTask<ChatResponse> AskAsync()
    {
        var path = context.Path.Child(ModelCallStep.StepName, ++_calls);
        var options = agent.OptionsIn(context.Run);
        await _messages.FitAsync(_calls, path, options, agent.Declarations).ConfigureAwait(false);
        var request = new ModelRequest(_messages.Snapshot(), options, new ModelCall(context.Owner, agent.Definition.Model, agent.Declarations, context.Run.Runtime, this));
        var response = await agent.ModelStep.InvokeAsync(context, path, request).ConfigureAwait(false);
        if (context.Span is { } span) span.Count(response.Usage);
        if (response.FinishReason == ChatFinishReason.ContentFilter) throw new ContentFilteredException(context);
        if (response.FinishReason == ChatFinishReason.Length) throw new TruncatedOutputException(context, response.Text);
        return response;
    }

    /// <summary>Reads the final answer; one that cannot be read goes back to the model a bounded number of times.</summary>
    private bool TryFinish(ChatResponse response, out TOut result)
    {
        var text = response.Text;
        if (string.IsNullOrWhiteSpace(text)) throw new EmptyResponseException(context, RefusalOf(response));
        if (agent.Output.TryRead(text, out result, out var problem)) return true;
        if (_repairs == agent.Definition.Repairs) throw new UnparsableOutputException(context, typeof(TOut), problem, text, _repairs);
        _repairs++;
        RunLog.AnswerRejected(context.Run.Runtime.Logger, context.RunId, context.Path);
        _messages.Add(new ChatMessage(ChatRole.User, $"Your answer cannot be used: {problem}. Answer again, with nothing but JSON that fits the schema."));
        return false;
    }

    private static string? RefusalOf(ChatResponse response) =>
        response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault()?.Message;
}
