using InsuranceClaims;

namespace SupportDesk.Ui;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(string Folder, string Session, bool Demo, bool Help)
{
    public const string Text = """
        A support desk: triage hands customers over to billing, to technical support, or to a human.

        usage: SupportDesk [options]

          --session NAME   whose conversation it is: called again, it goes on where it was (default: me)
          --folder DIR     where conversations and refunds are kept (default: support-desk)
          --demo           shows a conversation that was written before
          --help           this text

        Type as the customer, one message per line, or pipe the lines in. Refunds over 100 are approved by a lead, and a human
        who is asked for answers: both at the same terminal. Ctrl+D leaves, /end ends the conversation.
        With OPENAI_API_KEY the agents use a real endpoint (OPENAI_BASE_URL, OPENAI_MODEL); without, a rule-based model.
        Exit codes: 0 done, 1 the conversation failed, 64 wrong usage, 74 the folder cannot be used.
        """;

    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options("support-desk", "me", Demo: false, Help: false);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--session": options = options with { Session = Name(Value()) }; break;
                case "--folder": options = options with { Folder = Value() }; break;
                case "--demo": options = options with { Demo = true }; break;
                case "--help" or "-h" or "-?": options = options with { Help = true }; break;
                case var other: throw new UsageException(other, other.StartsWith('-') ? $"There is no option {other}." : $"{other} is not expected: type it, or pipe it in.");
            }

            string Value() => i + 1 < arguments.Count && arguments[i + 1] is { Length: > 0 } value && !value.StartsWith("--", StringComparison.Ordinal)
                ? arguments[++i]
                : throw new UsageException(arguments[i], $"The option {arguments[i]} needs a value.");
        }

        return options;
    }

    private static string Name(string value) => value.Length <= 60 && value.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
        ? value
        : throw new UsageException(value, $"--session takes up to 60 letters, digits, - and _, not {value}.");
}
