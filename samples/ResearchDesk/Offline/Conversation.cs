using System.Text.Json;
using System.Text.Json.Nodes;
using InsuranceClaims.OpenAi;
using Microsoft.Extensions.AI;

namespace ResearchDesk.Offline;

/// <summary>What a model sees of a request, sorted.</summary>
/// <param name="Task">The message that is not the earlier outputs: JSON.</param>
/// <param name="Shown">The outputs of earlier steps, by name.</param>
/// <param name="Results">The tool results so far with the calls they answer, in order.</param>
internal sealed record Conversation(string Instructions, string Task, IReadOnlyDictionary<string, JsonElement> Shown, IReadOnlyList<(FunctionCallContent Call, string Result)> Results, int Length)
{
    private const string EarlierOutputs = "Outputs of earlier steps";

    public static JsonSerializerOptions Json => WireJson.Options;

    public static Conversation Read(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var all = messages.ToList();
        var calls = all.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToDictionary(call => call.CallId);
        var results = all.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => (calls[result.CallId], ToolResultText.Of(result))).ToList();
        var instructions = string.Join('\n', all.Where(message => message.Role == ChatRole.System).Select(message => message.Text).Prepend(options?.Instructions ?? ""));
        var said = all.Where(message => message.Role == ChatRole.User).Select(message => message.Text).ToList();
        var earlier = said.Find(text => text.StartsWith(EarlierOutputs, StringComparison.Ordinal));
        return new(
            instructions.Trim(),
            said.First(text => text != earlier),
            earlier is null ? new Dictionary<string, JsonElement>() : JsonSerializer.Deserialize<List<Output>>(earlier[earlier.IndexOf('[', StringComparison.Ordinal)..], Json)!.GroupBy(output => output.Step).ToDictionary(group => group.Key, group => group.Last().Content),
            results,
            instructions.Length + all.Sum(message => message.Text.Length) + results.Sum(result => result.Item2.Length));
    }

    public T Input<T>() => JsonSerializer.Deserialize<T>(Task, Json)!;

    public T Earlier<T>(string step) => Shown[step].Deserialize<T>(Json)!;

    /// <summary>The result of the calls of a tool, as data; what is an error is left out.</summary>
    public IEnumerable<(FunctionCallContent Call, T Result)> ResultsOf<T>(string tool)
    {
        foreach (var (call, text) in Results.Where(result => result.Call.Name == tool))
            if (text.StartsWith('{') || text.StartsWith('['))
                yield return (call, JsonSerializer.Deserialize<T>(text, Json)!);
    }

    public static AIContent Say<T>(T value) => new TextContent(JsonSerializer.Serialize(value, Json));

    public static AIContent Call(string tool, int number, params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        var given = new Dictionary<string, object?>();
        foreach (var (name, value) in arguments) given.Add(name, value);
        return new FunctionCallContent($"call-{number}", tool, given);
    }

    private sealed record Output(string Step, [property: System.Text.Json.Serialization.JsonPropertyName("output")] JsonElement Content);
}
