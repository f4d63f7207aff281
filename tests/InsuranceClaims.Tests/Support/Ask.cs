using Microsoft.Extensions.AI;

namespace InsuranceClaims.Tests;

/// <summary>Talks to a chat client the way an agent does: tool calls are made and answered until there is an answer.</summary>
internal sealed class Ask(IChatClient client)
{
    private const int MaxTurns = 5;

    /// <summary>Every response so far, tool calls included.</summary>
    public List<ChatResponse> Responses { get; } = [];

    public async Task<T> ForAsync<T>(string instructions, string prompt, params AIFunction[] tools)
    {
        var format = ChatResponseFormat.ForJsonSchema<T>(ClaimsJson.Options);
        var text = await TextAsync(instructions, prompt, format, tools);
        return ClaimsJson.Read<T>(text)!;
    }

    public Task<string> TextAsync(string instructions, string prompt) => TextAsync(instructions, prompt, null);

    private async Task<string> TextAsync(string instructions, string prompt, ChatResponseFormat? format, params AIFunction[] tools)
    {
        var options = new ChatOptions { Instructions = instructions, ResponseFormat = format, Tools = [.. tools] };
        var messages = new List<ChatMessage> { new(ChatRole.User, prompt) };
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var response = await client.GetResponseAsync(messages, options);
            Responses.Add(response);
            messages.AddRange(response.Messages);
            var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
                return response.Text;
            foreach (var call in calls)
            {
                var result = await tools.Single(tool => tool.Name == call.Name).InvokeAsync(new AIFunctionArguments(call.Arguments));
                messages.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
            }
        }
        throw new InvalidOperationException($"No answer after {MaxTurns} turns.");
    }
}
