using Microsoft.Extensions.AI;

namespace InsuranceClaims.Offline;

/// <summary>How a role asks for a policy: by number first, then by name, and never the same thing twice.</summary>
internal static class PolicyQuestion
{
    /// <summary>The next call to make; null when everything was asked or nothing can be asked.</summary>
    public static Reply? Next(Conversation conversation, ClaimFacts facts)
    {
        if (conversation.Tool("policy", "policies") is not { } tool || Found(conversation) is not null)
            return null;
        List<Dictionary<string, object?>> questions = [];
        if (facts.PolicyNumber is { } number && Arguments(tool, number, null) is { } byNumber)
            questions.Add(byNumber);
        if (facts.Claimant is { } holder && Arguments(tool, null, holder) is { } byHolder)
            questions.Add(byHolder);
        var asked = conversation.ExchangesOf(tool).Count();
        return asked < questions.Count ? Reply.Call(tool, questions[asked]) : null;
    }

    public static PolicyLookup? Found(Conversation conversation) => conversation.Exchanges
        .Select(exchange => exchange.As<PolicyLookup>())
        .LastOrDefault(lookup => lookup is { Policies.Count: > 0 });

    // The parameters are found by what their names say: the tool is whatever the host calls it. Null when it cannot be
    // asked this way.
    private static Dictionary<string, object?>? Arguments(AIFunctionDeclaration tool, string? number, string? holder)
    {
        if (!tool.JsonSchema.TryGetProperty("properties", out var properties))
            return null;
        var arguments = new Dictionary<string, object?>();
        foreach (var property in properties.EnumerateObject())
            if ((Has(property.Name, "number", "id") ? number : Has(property.Name, "name", "holder") ? holder : null) is { } value)
                arguments[property.Name] = value;
        var complete = !tool.JsonSchema.TryGetProperty("required", out var required)
            || required.EnumerateArray().All(name => arguments.ContainsKey(name.GetString()!));
        return complete && arguments.Count > 0 ? arguments : null;
    }

    private static bool Has(string name, string word, string other) =>
        name.Contains(word, StringComparison.OrdinalIgnoreCase) || name.Contains(other, StringComparison.OrdinalIgnoreCase);
}
