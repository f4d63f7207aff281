using System.Text;

namespace InsuranceClaims;

/// <summary>Prompts made of named sections, so that a model can tell what is data and where it ends.</summary>
internal sealed class Prompt
{
    private readonly StringBuilder _text = new();

    public Prompt Say(string sentence)
    {
        _text.Append(sentence).Append("\n\n");
        return this;
    }

    /// <summary>Adds text from outside. A closing tag inside it is defused: the post cannot end its own section.</summary>
    public Prompt Section(string name, string content)
    {
        _text.Append('<').Append(name).Append(">\n")
            .Append(content.Replace($"</{name}", $"< /{name}", StringComparison.OrdinalIgnoreCase))
            .Append("\n</").Append(name).Append(">\n\n");
        return this;
    }

    public Prompt Section<T>(string name, T value) => Section(name, ClaimsJson.Write(value));

    public override string ToString() => _text.ToString().TrimEnd();
}
