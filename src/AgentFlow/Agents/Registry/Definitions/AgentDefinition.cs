using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// An agent as data: what it is for, how it works, which model and tools it uses and within which limits. An <see cref="AgentRegistry"/>
/// keeps its versions; a flow refers to it by name and type with <see cref="Agent.Registered{TIn,TOut}"/>. Immutable.
/// </summary>
/// <remarks>
/// Two definitions are the same content when <see cref="Hash"/> is equal; the equality of the record compares lists by reference.
/// </remarks>
[DebuggerDisplay("{Name}: {Description}")]
public sealed record AgentDefinition
{
    /// <summary>The name, a segment of the paths of its calls: 1 to 200 characters without <c>/ # ~</c> and control characters.</summary>
    public required string Name { get; init; }

    /// <summary>What the agent is for: models that have it as a tool and people who search read it. At most 4,000 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>What it can do, in the host's terms: <c>extract-facts</c>. Work is assigned by these. Order has no meaning.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>
    /// How the agent works: the system message of every conversation, 1 to 1,000,000 characters. <c>{policyNumber}</c> or <c>{claim.amount}</c> stands for
    /// a property of the input, which <see cref="InputSchema"/> must have as text, number, boolean or enumeration; <c>{input}</c> for an input
    /// that is no object. <c>{{word}}</c> is the word in braces. All other braces mean nothing.
    /// </summary>
    /// <remarks>
    /// Text from the input is written in quotes and on one line, so that it stays recognisable as data. What comes from outside
    /// belongs into the input itself, which the model gets as a message of its own.
    /// </remarks>
    public required string Instructions { get; init; }

    /// <summary>The model by name; <see langword="null"/> is the runtime's only one.</summary>
    public string? Model { get; init; }

    /// <summary>The tools by name, as <see cref="FlowRuntime.Tools"/> has them, in the order the model sees them.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>The JSON schema of the input; compared with the type where the agent is used. <see langword="null"/> compares nothing.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>The JSON schema of the answer; compared with the type where the agent is used. <see langword="null"/> compares nothing.</summary>
    public JsonElement? OutputSchema { get; init; }

    /// <summary>
    /// What the agent may do, in the host's terms: policies see it as a fact, and when it is not empty, a tool that needs
    /// another scope is refused. Order has no meaning.
    /// </summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The names of policies without which the agent must not run. Order has no meaning.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>Turns, tool calls, repairs, tokens and time.</summary>
    public AgentLimits Limits { get; init; } = AgentLimits.Default;

    /// <summary>
    /// SHA-256 of the content, in hex digits; the same on every machine. The order of <see cref="Capabilities"/>, <see cref="Scopes"/> and
    /// <see cref="Policies"/> and the layout of the schemas are not in it. Computed with every call.
    /// </summary>
    public string Hash => DefinitionContent.HashOf(this);

    /// <summary>The JSON schema of the file format, as it is published with the package.</summary>
    public static string JsonSchema => DefinitionSchema.Text;

    /// <summary>Reads a definition from JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">What the text is called in messages, a file name for example.</param>
    /// <exception cref="AgentDefinitionException">Lists everything that is wrong with it, each with line, place and cure.</exception>
    public static AgentDefinition Parse(string json, string source = "the definition")
    {
        ArgumentNullException.ThrowIfNull(json);
        return DefinitionJson.Read(Encoding.UTF8.GetBytes(json), source);
    }

    /// <summary>Reads a definition from a file.</summary>
    /// <param name="path">The file, usually <c>*.agent.json</c>: UTF-8, at most 8 MB.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AgentDefinitionException">Lists everything that is wrong with it, each with line, place and cure.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<AgentDefinition> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return DefinitionJson.Read(await DefinitionFile.ReadAsync(path, cancellationToken).ConfigureAwait(false), Path.GetFileName(path));
    }

    /// <summary>The definition as a file has it: indented JSON that <see cref="Parse"/> reads back; multi-line instructions as a list of lines.</summary>
    public string ToJson() => DefinitionJson.Write(this);

    /// <summary>The same definition with the schemas of these types.</summary>
    /// <typeparam name="TIn">What the agent takes.</typeparam>
    /// <typeparam name="TOut">What the agent answers.</typeparam>
    /// <param name="options">How the types are serialized; as in <see cref="FlowRuntimeOptions.SerializerOptions"/> when not given.</param>
    public AgentDefinition For<TIn, TOut>(JsonSerializerOptions? options = null) => this with
    {
        InputSchema = AIJsonUtilities.CreateJsonSchema(typeof(TIn), serializerOptions: options ?? AIJsonUtilities.DefaultOptions),
        OutputSchema = AIJsonUtilities.CreateJsonSchema(typeof(TOut), serializerOptions: options ?? AIJsonUtilities.DefaultOptions),
    };
}
