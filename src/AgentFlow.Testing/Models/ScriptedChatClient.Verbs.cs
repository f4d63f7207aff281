using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace AgentFlow.Testing;

public sealed partial class ScriptedChatClient
{
    /// <summary>Replies with text.</summary>
    /// <param name="text">What the model says.</param>
    /// <param name="configure">Further traits of the reply: usage, delay, finish reason.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Reply(string text, Action<ScriptedReply>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Respond(reply => reply.Text(text), configure);
    }

    /// <summary>Replies with text made from the request.</summary>
    /// <param name="text">Gives what the model says; called when the request comes, on the caller's thread.</param>
    /// <param name="configure">Further traits of the reply: usage, delay, finish reason.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Reply(Func<ChatCall, string> text, Action<ScriptedReply>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Respond((call, reply) =>
        {
            reply.Text(text(call));
            configure?.Invoke(reply);
        });
    }

    /// <summary>Replies with a value as JSON, as a model answers a request for structured output.</summary>
    /// <typeparam name="T">The type the flow expects.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="configure">Further traits of the reply: usage, delay, finish reason.</param>
    /// <returns>This client.</returns>
    [RequiresUnreferencedCode(ScriptedReply.Reflects)]
    [RequiresDynamicCode(ScriptedReply.Reflects)]
    public ScriptedChatClient Reply<T>(T value, Action<ScriptedReply>? configure = null) =>
        Respond(reply => reply.Json(value), configure);

    /// <summary>Replies with a value as JSON, as a model answers a request for structured output.</summary>
    /// <typeparam name="T">The type the flow expects.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How to serialize it, usually a property of a source-generated context.</param>
    /// <param name="configure">Further traits of the reply: usage, delay, finish reason.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Reply<T>(T value, JsonTypeInfo<T> typeInfo, Action<ScriptedReply>? configure = null) =>
        Respond(reply => reply.Json(value, typeInfo), configure);

    /// <summary>Replies with a value as JSON, as a model answers a request for structured output.</summary>
    /// <typeparam name="T">The type the flow expects.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="options">Options that know <typeparamref name="T"/>: usually the ones the runtime uses.</param>
    /// <param name="configure">Further traits of the reply: usage, delay, finish reason.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Reply<T>(T value, JsonSerializerOptions options, Action<ScriptedReply>? configure = null) =>
        Respond(reply => reply.Json(value, options), configure);

    /// <summary>Calls a tool.</summary>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="arguments">
    /// An object with one member per argument: <c>new { policy = "P-1" }</c>, whose names are taken as they are spelled, or
    /// any other object, which is serialized.
    /// </param>
    /// <param name="configure">Further traits of the reply: text, usage, delay.</param>
    /// <returns>This client.</returns>
    [RequiresUnreferencedCode(ScriptedReply.Reflects)]
    [RequiresDynamicCode(ScriptedReply.Reflects)]
    public ScriptedChatClient CallTool(string name, object arguments, Action<ScriptedReply>? configure = null) =>
        Respond(reply => reply.CallTool(name, arguments), configure);

    /// <summary>Calls a tool.</summary>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="arguments">The arguments by name; values reach the tool as JSON.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient CallTool(string name, params (string Name, object? Value)[] arguments) =>
        Respond(reply => reply.CallTool(name, arguments));

    /// <summary>Calls several tools at once.</summary>
    /// <param name="calls">Name and arguments of each call, in order; arguments as in <c>new { policy = "P-1" }</c>.</param>
    /// <returns>This client.</returns>
    /// <remarks>Without reflection: <c>Respond(r => r.CallTool("a", ("x", 1)).CallTool("b", ("y", 2)))</c>.</remarks>
    [RequiresUnreferencedCode(ScriptedReply.Reflects)]
    [RequiresDynamicCode(ScriptedReply.Reflects)]
    public ScriptedChatClient CallTools(params (string Name, object Arguments)[] calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        return Respond(reply =>
        {
            foreach (var (name, arguments) in calls)
            {
                reply.CallTool(name, arguments);
            }
        });
    }

    /// <summary>Calls a tool with the arguments as the model wrote them, which may be malformed JSON.</summary>
    /// <param name="name">The tool's name; it need not be one that was offered.</param>
    /// <param name="json">The argument text; see <see cref="ScriptedReply.CallToolRaw"/>.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient CallToolRaw(string name, string json) => Respond(reply => reply.CallToolRaw(name, json));

    /// <summary>Replies with text that a stream delivers in exactly these updates.</summary>
    /// <param name="chunks">The updates' texts, in order.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient ReplyChunks(params string[] chunks) => Respond(reply => reply.Chunks(chunks));

    /// <summary>Replies with nothing: a message without content.</summary>
    /// <returns>This client.</returns>
    public ScriptedChatClient ReplyEmpty() => Respond(static _ => { });

    /// <summary>Stops at a content filter.</summary>
    /// <param name="text">What the model had said until then.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient ReplyFiltered(string text = "") =>
        Reply(text, static reply => reply.Finish(ChatFinishReason.ContentFilter));

    /// <summary>Stops at the token limit.</summary>
    /// <param name="text">What the model had said until then.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient ReplyTruncated(string text) => Reply(text, static reply => reply.Finish(ChatFinishReason.Length));

    /// <summary>Lets the request fail.</summary>
    /// <param name="failure">What the client throws, for example an <see cref="HttpRequestException"/>.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Fail(Exception failure) => Respond(reply => reply.Fail(failure));

    /// <summary>Replies as described: text, tool calls, usage, delays and failures in any combination.</summary>
    /// <param name="describe">Describes the reply; called at once.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Respond(Action<ScriptedReply> describe) => Respond(describe, null);

    /// <summary>Replies as described for the request.</summary>
    /// <param name="describe">Describes the reply; called when the request comes, on the caller's thread.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient Respond(Action<ChatCall, ScriptedReply> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        return Add(null, describe);
    }

    /// <summary>Gives the reply before it several times in a row.</summary>
    /// <param name="count">How often in all, 1 or more.</param>
    /// <returns>This client.</returns>
    /// <exception cref="InvalidOperationException">There is no reply before it, or none since <see cref="When"/>.</exception>
    public ScriptedChatClient Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Repeat(count, nameof(Times));
    }

    /// <summary>Gives the reply before it as often as it is asked for, and does not mind if it never is.</summary>
    /// <returns>This client.</returns>
    /// <exception cref="InvalidOperationException">There is no reply before it, or none since <see cref="When"/>.</exception>
    public ScriptedChatClient Always() => Repeat(null, nameof(Always));

    /// <summary>
    /// Reserves the replies that follow, up to the next <see cref="When"/> or <see cref="Otherwise"/>, for requests that
    /// meet a condition. Where several conditions hold, the first that has a reply left serves. A request that meets
    /// a condition never gets an unconditional reply.
    /// </summary>
    /// <param name="condition">
    /// Looks at the request, for example <c>call => call.Mentions("fraud")</c>. It must depend on the request alone, and is
    /// evaluated under the client's lock.
    /// </param>
    /// <param name="label">How messages name the condition; its source text when omitted.</param>
    /// <returns>This client.</returns>
    public ScriptedChatClient When(
        Func<ChatCall, bool> condition, [CallerArgumentExpression(nameof(condition))] string? label = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        lock (_lock)
        {
            _script.When(condition, label ?? "");
        }

        return this;
    }

    /// <summary>Ends the section of a <see cref="When"/>: the replies that follow serve requests that meet no condition.</summary>
    /// <returns>This client.</returns>
    public ScriptedChatClient Otherwise()
    {
        lock (_lock)
        {
            _script.Otherwise();
        }

        return this;
    }

    private ScriptedChatClient Respond(Action<ScriptedReply> describe, Action<ScriptedReply>? configure)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var reply = new ScriptedReply(_json);
        describe(reply);
        configure?.Invoke(reply);
        return Add(reply, null);
    }

    private ScriptedChatClient Add(ScriptedReply? reply, Action<ChatCall, ScriptedReply>? build)
    {
        lock (_lock)
        {
            _script.Add(reply, build);
        }

        return this;
    }

    private ScriptedChatClient Repeat(int? times, string verb)
    {
        lock (_lock)
        {
            _script.Repeat(times, verb);
        }

        return this;
    }
}
