using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>What a model sees of a request, sorted: who it is told to be, what it is asked, what it may call, what came back.</summary>
internal sealed record Conversation(
    string Instructions,
    string UserText,
    IReadOnlyDictionary<string, string> Sections,
    IReadOnlyList<AIFunctionDeclaration> Tools,
    IReadOnlyList<ToolExchange> Exchanges,
    ChatOptions Options,
    int CharacterCount)
{
    public bool WantsJson => Options.ResponseFormat is ChatResponseFormatJson;

    public JsonElement? Schema => (Options.ResponseFormat as ChatResponseFormatJson)?.Schema;

    public static Conversation Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        options ??= new ChatOptions();
        var instructions = new StringBuilder(options.Instructions);
        var user = new StringBuilder();
        var calls = new Dictionary<string, FunctionCallContent>(StringComparer.Ordinal);
        var exchanges = new List<ToolExchange>();
        var count = 0;
        foreach (var message in messages)
        {
            var text = message.Text;
            count += text.Length;
            if (message.Role == ChatRole.System)
                instructions.Append('\n').Append(text);
            else if (message.Role == ChatRole.User)
                user.Append(text).Append('\n');
            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call)
                    calls[call.CallId] = call;
                else if (content is FunctionResultContent result)
                {
                    var exchange = ToolExchange.Of(calls.GetValueOrDefault(result.CallId), result);
                    count += exchange.Text.Length;
                    exchanges.Add(exchange);
                }
            }
        }
        AIFunctionDeclaration[] tools = options.ToolMode is NoneChatToolMode ? [] : [.. (options.Tools ?? []).OfType<AIFunctionDeclaration>()];
        count += instructions.Length + tools.Sum(tool => tool.Name.Length + tool.Description.Length + tool.JsonSchema.GetRawText().Length);
        return new(instructions.ToString(), user.ToString(), PromptSections.Read(user.ToString()), tools, exchanges, options, count);
    }

    /// <summary>A section as data; null when there is none, or when it is something else than the role expects.</summary>
    public T? Section<T>(string name) where T : class =>
        Sections.TryGetValue(name, out var text) ? ClaimsJson.TryRead<T>(text) : null;

    /// <summary>The first offered tool whose name or description has one of the words.</summary>
    public AIFunctionDeclaration? Tool(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            foreach (var tool in Tools)
                if (tool.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
                    return tool;
        foreach (var word in words)
            foreach (var tool in Tools)
                if (tool.Description.Contains(word, StringComparison.OrdinalIgnoreCase))
                    return tool;
        return null;
    }

    /// <summary>What the calls of this tool brought so far.</summary>
    public IEnumerable<ToolExchange> ExchangesOf(AIFunctionDeclaration tool) =>
        Exchanges.Where(exchange => exchange.Name is null || exchange.Name == tool.Name);
}
