using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>A piece of a scripted reply, in the order the model says it.</summary>
internal abstract record ReplyPart
{
    /// <summary>What the model says; in a stream one update, when the author wrote the chunk, or several.</summary>
    internal sealed record Text(string Value, bool IsChunk) : ReplyPart
    {
        public override string ToString() => ContentLines.Quote(Value);
    }

    internal sealed record ToolCall(string Name, IDictionary<string, object?> Arguments) : ReplyPart
    {
        internal override AIContent ToContent(string id) =>
            new FunctionCallContent(id, Name, new Dictionary<string, object?>(Arguments, StringComparer.Ordinal));

        public override string ToString() => $"call {ContentLines.OfCall(Name, Arguments)}";
    }

    internal sealed record RawToolCall(string Name, string Json) : ReplyPart
    {
        internal override AIContent ToContent(string id) =>
            FunctionCallContent.CreateFromParsedArguments(Json, id, Name, ToolArguments.Parse);

        public override string ToString() => $"call {Name} with arguments {ContentLines.Quote(Json)}";
    }

    internal sealed record Content(AIContent Value) : ReplyPart
    {
        internal override AIContent ToContent(string id) => Value;

        public override string ToString() => ContentLines.Of(Value);
    }

    internal virtual AIContent ToContent(string id) => throw new UnreachableException();
}
