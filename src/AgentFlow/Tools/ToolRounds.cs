using System.Collections.ObjectModel;
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
    private bool _mayEnd;

    /// <summary>The call that has ended the conversation, if one has.</summary>
    public (BoundTool Tool, ToolCall Call)? Ending { get; private set; }

    public async ValueTask<ChatMessage> RunAsync(List<FunctionCallContent> calls)
    {
        _rounds++;
        _mayEnd = true;
        var results = new List<AIContent>(calls.Count);
        if (calls is [var only])
        {
            results.Add(new FunctionResultContent(only.CallId, await CallAsync(only).ConfigureAwait(false)));
        }
        else
        {
            var answers = await CallAllAsync(calls).ConfigureAwait(false);
            for (var i = 0; i < calls.Count; i++) results.Add(new FunctionResultContent(calls[i].CallId, answers[i]));
        }

        return new ChatMessage(ChatRole.Tool, results);
    }

    private async ValueTask<object?> CallAsync(FunctionCallContent content)
    {
        if (!TryPrepare(content, out var tool, out var path, out var call, out var error)) return error;
        try
        {
            var result = await tool.CallAsync(context, path, call).ConfigureAwait(false);
            if (tool.EndsConversation) Ending = (tool, call);
            return ToolResult.ForModel(result);
        }
        catch (Exception exception) when (ToolErrors.IsForModel(exception, context.CancellationToken))
        {
            return Tell(tool, path, exception);
        }
    }

    private async ValueTask<object?[]> CallAllAsync(List<FunctionCallContent> contents)
    {
        var results = new object?[contents.Count];
        var branches = new List<ToolBranch>(contents.Count);
        for (var i = 0; i < contents.Count; i++)
        {
            if (i >= agent.Definition.MaxToolCalls) results[i] = Reject(contents[i], ToolErrors.TooMany(contents[i].Name, agent.Definition.MaxToolCalls));
            else if (TryPrepare(contents[i], out var tool, out var path, out var call, out var error)) branches.Add(new(tool, call, path, i));
            else results[i] = error;
        }

        // Each call has a path of its own, beside those of the others.
        foreach (var branch in branches) context.Run.Replay?.MarkBranch(branch.Path);

        // Every branch ends, however: a call that fails says nothing of its siblings.
        await new ForEachFork<ToolBranch, bool>(context, context.Path.Child("tools", _rounds), branches, agent.Definition.MaxParallelToolCalls,
            static async (branch, _, scope) =>
            {
                await branch.RunAsync(scope).ConfigureAwait(false);
                return true;
            }, index => branches[index].Path).RunAsync().ConfigureAwait(false);
        context.ThrowIfCancelled();
        foreach (var branch in branches) results[branch.Place] = Answer(branch);
        return results;
    }

    private object? Answer(ToolBranch branch)
    {
        if (branch.Error is not { } error)
        {
            if (branch.Tool.EndsConversation) Ending = (branch.Tool, branch.Call);
            return ToolResult.ForModel(branch.Result);
        }

        if (!ToolErrors.IsForModel(error, context.CancellationToken)) ExceptionDispatchInfo.Throw(error);
        return Tell(branch.Tool, branch.Path, error);
    }

    private string Reject(FunctionCallContent content, string told)
    {
        RunLog.ToolCallRejected(context.Run.Runtime.Logger, context.RunId, context.Path, content.Name);
        return told;
    }

    /// <summary>What the tool itself says of its failure comes from where its results come from.</summary>
    private string Tell(BoundTool tool, StepPath path, Exception exception)
    {
        if (ToolErrors.IsToldByTool(exception)) context.Raise(tool.Plan.Step.Source);
        return ToolErrors.Of(tool.Plan, path, exception);
    }

    /// <summary>Finds the tool and the path of the call, or says to the model why there is no call.</summary>
    private bool TryPrepare(FunctionCallContent content, out BoundTool tool, out StepPath path, out ToolCall call, out string error)
    {
        (tool, path, call) = (null!, null!, null!);
        var index = agent.FindTool(content.Name);
        error = Objection(content, index < 0 ? null : agent.ToolAt(index), out var arguments) ?? "";
        if (error.Length == 0 && agent.ToolAt(index).EndsConversation)
        {
            if (!_mayEnd) error = ToolErrors.SecondEnding(content.Name);
            _mayEnd = false;
        }

        if (error.Length > 0)
        {
            Reject(content, error);
            return false;
        }

        tool = agent.ToolAt(index);
        path = context.Path.Child(tool.Name, ++_uses[index]);
        call = new ToolCall(context.Owner, content.CallId, arguments);
        return true;
    }

    private string? Objection(FunctionCallContent content, BoundTool? tool, out IReadOnlyDictionary<string, object?> arguments)
    {
        arguments = ReadOnlyDictionary<string, object?>.Empty;
        if (tool is null) return ToolErrors.Unknown(content.Name, agent.ToolNames);
        if (ToolCallRules.IsMalformed(content)) return ToolErrors.Malformed(tool.Name);
        return GivenArguments.ReadFromModel(tool, content.Arguments, out arguments) is { } problem ? ToolErrors.Misfit(tool.Name, problem) : null;
    }
}

/// <summary>One of several calls that a model makes at once.</summary>
/// <param name="Tool">What is called.</param>
/// <param name="Call">The call.</param>
/// <param name="Path">The path of the call.</param>
/// <param name="Place">Its place among the calls of the turn.</param>
internal sealed record ToolBranch(BoundTool Tool, ToolCall Call, StepPath Path, int Place)
{
    public object? Result { get; private set; }

    public Exception? Error { get; private set; }

    public async ValueTask RunAsync(FlowContext scope)
    {
        try
        {
            Result = await Tool.CallAsync(scope, Path, Call).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Error = exception;
        }
    }
}
