using System.Runtime.ExceptionServices;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// The tool calls of one conversation. Calls of one turn run in parallel; their results go back in the order of the calls. A
/// call that fails, or cannot be made, answers with an error text.
/// </summary>
internal sealed class ToolRounds<TIn, TOut>(BoundAgent<TIn, TOut> agent, FlowContext context)
{
    private readonly int[] _uses = new int[agent.ToolNames.Count];
    private int _rounds;

    public async ValueTask<ChatMessage> RunAsync(List<FunctionCallContent> calls)
    {
        _rounds++;
        var results = new List<AIContent>(calls.Count);
        if (calls is [var only])
        {
            results.Add(new FunctionResultContent(only.CallId, await CallAsync(only).ConfigureAwait(false)));
        }
        else
        {
            var texts = await CallAllAsync(calls).ConfigureAwait(false);
            for (var i = 0; i < calls.Count; i++) results.Add(new FunctionResultContent(calls[i].CallId, texts[i]));
        }

        return new ChatMessage(ChatRole.Tool, results);
    }

    private async ValueTask<object?> CallAsync(FunctionCallContent content)
    {
        if (!TryPrepare(content, out var tool, out var path, out var call, out var error)) return error;
        try
        {
            return ToolResult.ForModel(await tool.CallAsync(context, path, call).ConfigureAwait(false));
        }
        catch (Exception exception) when (ToolErrors.IsForModel(exception, context.CancellationToken))
        {
            return Tell(tool, exception);
        }
    }

    private async ValueTask<object?[]> CallAllAsync(List<FunctionCallContent> contents)
    {
        var results = new object?[contents.Count];
        var places = new List<int>(contents.Count);
        var branches = new List<ToolBranch>(contents.Count);
        for (var i = 0; i < contents.Count; i++)
        {
            if (TryPrepare(contents[i], out var tool, out var path, out var call, out var error))
            {
                branches.Add(new ToolBranch(tool, call, path, branches.Count));
                places.Add(i);
            }
            else
            {
                results[i] = error;
            }
        }

        await new Fork(context, [.. branches], context.Path.Child("tools", _rounds), JoinRule.Collect).RunAsync().ConfigureAwait(false);
        for (var i = 0; i < branches.Count; i++) results[places[i]] = Answer(branches[i]);
        return results;
    }

    private object? Answer(ToolBranch branch)
    {
        if (branch.Error is not { } error) return ToolResult.ForModel(branch.Result);
        if (!ToolErrors.IsForModel(error, context.CancellationToken)) ExceptionDispatchInfo.Throw(error);
        return Tell(branch.Tool, error);
    }

    /// <summary>What the tool itself says of its failure comes from where its results come from.</summary>
    private string Tell(BoundTool tool, Exception exception)
    {
        if (ToolErrors.IsToldByTool(exception)) context.Raise(tool.Plan.Step.Source);
        return ToolErrors.Of(tool.Name, tool.Plan.Effect, exception);
    }

    /// <summary>Finds the tool and the path of the call, or says to the model why there is no call.</summary>
    private bool TryPrepare(FunctionCallContent content, out BoundTool tool, out StepPath path, out ToolCall call, out string error)
    {
        (tool, path, call) = (null!, null!, null!);
        var index = agent.FindTool(content.Name);
        var arguments = ToolResult.Arguments(content.Arguments);
        error = Objection(content, index < 0 ? null : agent.ToolAt(index), arguments) ?? "";
        if (error.Length > 0)
        {
            RunLog.ToolCallRejected(context.Run.Runtime.Logger, context.RunId, context.Path, content.Name);
            return false;
        }

        tool = agent.ToolAt(index);
        path = context.Path.Child(tool.Name, ++_uses[index]);
        call = new ToolCall(context.Owner, content.CallId, arguments);
        return true;
    }

    private string? Objection(FunctionCallContent content, BoundTool? tool, IReadOnlyDictionary<string, object?> arguments)
    {
        if (tool is null) return ToolErrors.Unknown(content.Name, agent.ToolNames);
        if (ToolCallRules.IsMalformed(content)) return ToolErrors.Malformed(tool.Name);
        return tool.Problem(arguments) is { } problem ? ToolErrors.Misfit(tool.Name, problem) : null;
    }
}

/// <summary>One of several calls that a model makes at once.</summary>
internal sealed class ToolBranch(BoundTool tool, ToolCall call, StepPath path, int index) : ForkBranch<object?>(path, index)
{
    public BoundTool Tool => tool;

    protected override ValueTask<object?> Invoke(FlowContext scope) => tool.CallAsync(scope, Path, call);
}
