using System.Text;
using Microsoft.Extensions.AI;
using Wire = OpenAI.Chat;

namespace InsuranceClaims.OpenAi;

/// <summary>One streamed answer on its way back. A tool call comes in pieces and leaves whole.</summary>
internal sealed class StreamMapping
{
    private readonly SortedDictionary<int, PartialCall> _calls = [];
    private string? _id;
    private string? _model;
    private ChatFinishReason? _finish;

    /// <summary>Whether the endpoint said why it stopped: without that the stream was cut.</summary>
    public bool IsFinished => _finish is not null;

    public IEnumerable<ChatResponseUpdate> Read(Wire.StreamingChatCompletionUpdate wire)
    {
        _id ??= wire.CompletionId;
        _model ??= wire.Model;
        if (wire.FinishReason is { } reason)
            _finish = ResponseMapping.FinishReason(reason);
        foreach (var call in wire.ToolCallUpdates)
        {
            if (!_calls.TryGetValue(call.Index, out var partial))
                _calls[call.Index] = partial = new PartialCall();
            partial.Add(call);
        }
        foreach (var part in wire.ContentUpdate)
            if (part.Text is { Length: > 0 } text)
                yield return Update(new TextContent(text));
        if (wire.RefusalUpdate is { Length: > 0 } refusal)
            yield return Update(new ErrorContent(refusal) { ErrorCode = ResponseMapping.RefusalCode });
        if (wire.Usage is { } usage)
            yield return Update(new UsageContent(ResponseMapping.Usage(usage)));
    }

    /// <summary>What can only be said at the end: the tool calls and the finish reason.</summary>
    public IEnumerable<ChatResponseUpdate> Finish()
    {
        foreach (var call in _calls.Values)
            yield return Update(call.ToContent());
        yield return new ChatResponseUpdate(ChatRole.Assistant, []) { ResponseId = _id, MessageId = _id, ModelId = _model, FinishReason = _finish };
    }

    private ChatResponseUpdate Update(AIContent content) =>
        new(ChatRole.Assistant, [content]) { ResponseId = _id, MessageId = _id, ModelId = _model };

    private sealed class PartialCall
    {
        private readonly StringBuilder _arguments = new();
        private string _id = "";
        private string _name = "";

        public void Add(Wire.StreamingChatToolCallUpdate update)
        {
            if (update.ToolCallId is { Length: > 0 } id)
                _id = id;
            if (update.FunctionName is { Length: > 0 } name)
                _name = name;
            if (update.FunctionArgumentsUpdate is { } piece)
                _arguments.Append(piece.ToString());
        }

        public FunctionCallContent ToContent() => ResponseMapping.Call(_id, _name, _arguments.ToString());
    }
}
