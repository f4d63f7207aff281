using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

/// <summary>
/// One reply of a <see cref="ScriptedChatClient"/>: what the model says and calls, in that order, and how it arrives.
/// A reply to which nothing is added is an empty one.
/// </summary>
/// <remarks>Handed to the lambda that describes the reply; not thread-safe, and not to be kept after the lambda.</remarks>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
public sealed class ScriptedReply
{
    internal const string Reflects =
        "Serializes by reflection. In trimmed or AOT-compiled tests use the overload with a JsonTypeInfo or with (name, value) pairs.";

    private readonly JsonSerializerOptions _json;
    private readonly List<ReplyPart> _parts = [];
    private ChatFinishReason? _finishReason;

    internal ScriptedReply(JsonSerializerOptions json) => _json = json;

    internal IReadOnlyList<ReplyPart> Parts => _parts;

    internal UsageDetails? ReportedUsage { get; private set; }

    internal ChatFinishReason FinishReason =>
        _finishReason ?? (_parts.Exists(static part => part is ReplyPart.ToolCall or ReplyPart.RawToolCall)
            ? ChatFinishReason.ToolCalls
            : ChatFinishReason.Stop);

    internal TimeSpan Delay { get; private set; }

    internal TimeSpan ChunkInterval { get; private set; }

    internal Task? Gate { get; private set; }

    internal Exception? Failure { get; private set; }

    private string DebuggerDisplay => ToString();

    /// <summary>Adds text. A stream delivers it in several updates.</summary>
    /// <param name="text">What the model says; may be empty.</param>
    public ScriptedReply Text(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Add(new ReplyPart.Text(text, IsChunk: false));
    }

    /// <summary>Adds text that a stream delivers in exactly these updates; without streaming it is one text.</summary>
    /// <param name="chunks">The updates' texts, in order.</param>
    public ScriptedReply Chunks(params string[] chunks)
    {
        ArgumentNullException.ThrowIfNull(chunks);
        foreach (var chunk in chunks)
        {
            ArgumentNullException.ThrowIfNull(chunk, nameof(chunks));
            Add(new ReplyPart.Text(chunk, IsChunk: true));
        }

        return this;
    }

    /// <summary>Adds a value as JSON text, as a model answers a request for structured output.</summary>
    /// <typeparam name="T">The type the flow expects.</typeparam>
    /// <param name="value">The value.</param>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public ScriptedReply Json<T>(T value) => Text(JsonSerializer.Serialize(Data(value), _json));

    /// <summary>Adds a value as JSON text, as a model answers a request for structured output.</summary>
    /// <typeparam name="T">The type the flow expects.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How to serialize it, usually a property of a source-generated context.</param>
    public ScriptedReply Json<T>(T value, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return Text(JsonSerializer.Serialize(Data(value), typeInfo));
    }

    /// <summary>Adds a value as JSON text, as a model answers a request for structured output.</summary>
    /// <typeparam name="T">The type the flow expects.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="options">Options that know <typeparamref name="T"/>: usually the ones the runtime uses.</param>
    public ScriptedReply Json<T>(T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Json(value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
    }

    /// <summary>Adds a tool call. Several of them in one reply are calls the model makes at once.</summary>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="arguments">The arguments by name; values reach the tool as JSON.</param>
    /// <exception cref="ArgumentException">A name is given twice.</exception>
    public ScriptedReply CallTool(string name, params (string Name, object? Value)[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return CallTool(name, arguments.Select(static argument => KeyValuePair.Create(argument.Name, argument.Value)));
    }

    /// <inheritdoc cref="CallTool(string, ValueTuple{string, object}[])"/>
    public ScriptedReply CallTool(string name, IEnumerable<KeyValuePair<string, object?>> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        return Add(new ReplyPart.ToolCall(name, ToolArguments.FromPairs(arguments, _json)));
    }

    /// <summary>Adds a tool call. Several of them in one reply are calls the model makes at once.</summary>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="arguments">
    /// An object with one member per argument: <c>new { policy = "P-1" }</c>, whose names are taken as they are spelled, or
    /// any other object, which is serialized.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="arguments"/> does not serialize to a JSON object.</exception>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public ScriptedReply CallTool(string name, object arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        return Add(new ReplyPart.ToolCall(name, ToolArguments.FromObject(arguments, _json)));
    }

    /// <summary>Adds a tool call whose arguments are a typed value.</summary>
    /// <typeparam name="T">The tool's input.</typeparam>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="arguments">The value; it must serialize to a JSON object.</param>
    /// <param name="typeInfo">How to serialize it, usually a property of a source-generated context.</param>
    public ScriptedReply CallTool<T>(string name, T arguments, JsonTypeInfo<T> typeInfo)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(typeInfo);
        var element = JsonSerializer.SerializeToElement(arguments, typeInfo);
        return Add(new ReplyPart.ToolCall(name, ToolArguments.FromElement(element, typeof(T))));
    }

    /// <summary>Adds a tool call with the arguments as the model wrote them, which may be malformed JSON.</summary>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="json">
    /// The argument text. When it is not a JSON object the call arrives without arguments and with
    /// <see cref="FunctionCallContent.Exception"/> set, as it does from a provider.
    /// </param>
    public ScriptedReply CallToolRaw(string name, string json)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(json);
        return Add(new ReplyPart.RawToolCall(name, json));
    }

    /// <summary>Adds any other content, for example reasoning, an image or an error.</summary>
    /// <param name="content">The content; it is handed out as it is.</param>
    public ScriptedReply Content(AIContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Add(new ReplyPart.Content(content));
    }

    /// <summary>Reports token numbers with the reply; without this call it reports none.</summary>
    /// <param name="input">Tokens read, 0 or more.</param>
    /// <param name="output">Tokens written, 0 or more.</param>
    public ScriptedReply Usage(long input, long output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        return Usage(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output });
    }

    /// <summary>Reports token numbers with the reply; without this call it reports none.</summary>
    /// <param name="usage">The numbers; each response carries a copy.</param>
    public ScriptedReply Usage(UsageDetails usage)
    {
        ArgumentNullException.ThrowIfNull(usage);
        ReportedUsage = usage;
        return this;
    }

    /// <summary>Says why the model stopped. Unless said, it is "tool calls" when the reply has any, otherwise "stop".</summary>
    /// <param name="reason">For example <see cref="ChatFinishReason.ContentFilter"/> or <see cref="ChatFinishReason.Length"/>.</param>
    public ScriptedReply Finish(ChatFinishReason reason)
    {
        _finishReason = reason;
        return this;
    }

    /// <summary>Lets the model think before it replies.</summary>
    /// <param name="delay">Zero or more, on the client's clock.</param>
    public ScriptedReply After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        Delay = delay;
        return this;
    }

    /// <summary>Holds the reply back until a task has completed, however it completed: for tests that need a call in flight.</summary>
    /// <param name="gate">What to wait for.</param>
    public ScriptedReply After(Task gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        Gate = gate;
        return this;
    }

    /// <summary>Lets time pass between the updates of a stream; without streaming it means nothing.</summary>
    /// <param name="interval">Zero or more, on the client's clock.</param>
    public ScriptedReply Pace(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero);
        ChunkInterval = interval;
        return this;
    }

    /// <summary>Lets the request fail. A stream delivers what the reply contains and fails then; otherwise only the failure is seen.</summary>
    /// <param name="failure">What the client throws.</param>
    public ScriptedReply Fail(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Failure = failure;
        return this;
    }

    /// <summary>The reply in one line.</summary>
    public override string ToString()
    {
        var what = Failure is null
            ? _parts
            : _parts.Append<object>($"fail with {Failure.GetType().Name} {ContentLines.Quote(Failure.Message)}");
        var text = string.Join(", ", what);
        var finish = _finishReason is { } reason ? $" (finish reason {reason})" : "";
        return (text.Length == 0 ? "empty reply" : text) + finish;
    }

    private static T Data<T>(T value) => value is not (Exception or Task or AIContent or ChatMessage or ChatResponse)
        ? value
        : throw new ArgumentException(
            $"A {value.GetType().Name} is not data a model could have written as JSON. "
            + "Use Fail for an exception, Content for an AIContent, or await the task first.",
            nameof(value));

    private ScriptedReply Add(ReplyPart part)
    {
        _parts.Add(part);
        return this;
    }
}
