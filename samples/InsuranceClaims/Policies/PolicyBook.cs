using System.ComponentModel;
using System.Text;
using System.Text.Json;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace InsuranceClaims;

/// <summary>The policies of the data file. Immutable, so any number of runs may look things up at once.</summary>
internal sealed class PolicyBook
{
    private readonly Dictionary<string, Policy> _byNumber;

    public PolicyBook(IEnumerable<Policy> policies) =>
        _byNumber = policies.ToDictionary(policy => Normalize(policy.Number), StringComparer.Ordinal);

    public int Count => _byNumber.Count;

    /// <exception cref="InvalidDataException">The file is not policy data; the message says where.</exception>
    public static PolicyBook Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var file = JsonSerializer.Deserialize(stream, ClaimsJsonContext.Default.PolicyFile)
                ?? throw new InvalidDataException($"{path}: holds null instead of policies.");
            return new PolicyBook(file.Policies);
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path}: is not policy data: {broken.Message}", broken);
        }
    }

    [Description("Looks an insurance policy up in the policy data, by its number or, when no number is known, by the holder's name.")]
    public PolicyLookup LookUp(
        [Description("The policy number; null when unknown")] string? policyNumber = null,
        [Description("The holder's full name; used when there is no number")] string? holderName = null)
    {
        if (!string.IsNullOrWhiteSpace(policyNumber))
            return _byNumber.TryGetValue(Normalize(policyNumber), out var policy)
                ? new PolicyLookup("number", [policy], $"Policy {policy.Number} belongs to {policy.Holder}.")
                : new PolicyLookup("nothing", [], $"There is no policy with the number {policyNumber}.");

        var words = Words(holderName);
        if (words.Count < 2)
            return new PolicyLookup("nothing", [], "Give a policy number, or the holder's first and last name.");
        Policy[] matches = [.. _byNumber.Values.Where(policy => words.IsSubsetOf(Words(policy.Holder))).OrderBy(policy => policy.Number, StringComparer.Ordinal)];
        return matches.Length == 0
            ? new PolicyLookup("nothing", [], $"No policy is held by {holderName}.")
            : new PolicyLookup("holder", matches, $"{matches.Length} held by {matches[0].Holder}.");
    }

    /// <summary>The lookup as a function for models.</summary>
    public AIFunction AsFunction() => AIFunctionFactory.Create(LookUp, "look_up_policy", serializerOptions: ClaimsJson.Options);

    /// <summary>The lookup as a tool for agents: it changes nothing, so it may be called again.</summary>
    public Tool AsTool() => Tool.From(AsFunction(), tool => tool.Effect(EffectClass.Read).Scopes("policies:read"));

    private static string Normalize(string number) => string.Concat(number.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    private static HashSet<string> Words(string? name)
    {
        var plain = new StringBuilder(name ?? "").Replace("ä", "ae").Replace("ö", "oe").Replace("ü", "ue").Replace("ß", "ss").ToString();
        return new(plain.Split([' ', ',', '.', '-'], StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
    }
}
