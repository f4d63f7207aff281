namespace InsuranceClaims;

/// <summary>Reads the command line by hand: it is seven options.</summary>
internal static class OptionsParser
{
    public const string Usage = """
        Processes insurance claims with agents: facts, coverage, damage, fraud, settlement, letter.

        usage: InsuranceClaims [path ...] [options]

          path                     a claim file, or a folder with *.txt, *.md and *.eml files
                                   (default: the claims that come with the sample)
          --approve all|none|ask   who answers when a claim needs a person
                                   (default: ask; none without a terminal)
          --out DIR                where the letters go (default: out)
          --journal DIR            keeps the runs: killed and called again, the program goes on where it was
          --resume                 starts nothing: finishes what the journal has, and hands in all its letters
          --bad                    adds files that cannot be processed
          --help                   this text

        With OPENAI_API_KEY the agents use a real endpoint (OPENAI_BASE_URL, OPENAI_MODEL); without, a rule-based model.
        Exit codes: 0 all processed, 2 some files failed, 64 wrong usage, 66 nothing to read, 74 the journal cannot be used.
        """;

    private static readonly string[] Known = ["--approve", "--bad", "--help", "--journal", "--out", "--resume"];

    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options([], null, Bad: false, Out: "out", Help: false);
        var paths = new List<string>();
        var onlyPaths = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (onlyPaths || !argument.StartsWith('-'))
            {
                paths.Add(argument.Length > 0 ? argument : throw new UsageException(argument, "An empty path was given."));
                continue;
            }
            var (name, value) = argument.Split('=', 2) is [var before, var after] ? (before, after) : (argument, null);
            switch (name)
            {
                case "--":
                    onlyPaths = true;
                    break;
                case "--approve":
                    options = options with { Approve = Mode(Value(name, value)) };
                    break;
                case "--out":
                    options = options with { Out = Value(name, value) };
                    break;
                case "--journal":
                    options = options with { Journal = Value(name, value) };
                    break;
                case "--resume" when value is null:
                    options = options with { Resume = true };
                    break;
                case "--bad" when value is null:
                    options = options with { Bad = true };
                    break;
                case "--help" or "-h" or "-?" when value is null:
                    options = options with { Help = true };
                    break;
                default:
                    throw new UsageException(argument, $"There is no option {argument}.{Suggest(name)}");
            }

            string Value(string option, string? attached)
            {
                if (attached is { Length: > 0 })
                    return attached;
                if (attached is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                    return arguments[++i];
                throw new UsageException(option, $"The option {option} needs a value.");
            }
        }
        if (options.Resume && options.Journal is null)
            throw new UsageException("--resume", "--resume needs the journal of an earlier call: --journal DIR.");
        if (options.Resume && (paths.Count > 0 || options.Bad))
            throw new UsageException("--resume", "--resume takes no claims: it finishes those in the journal.");
        return options with { Paths = paths };
    }

    private static ApproveMode Mode(string value) => value switch
    {
        "all" => ApproveMode.All,
        "none" => ApproveMode.None,
        "ask" => ApproveMode.Ask,
        _ => throw new UsageException(value, $"--approve takes all, none or ask, not {value}."),
    };

    private static string Suggest(string name) =>
        Array.Find(Known, known => known.TrimStart('-')[0] == name.TrimStart('-').FirstOrDefault()) is { } near ? $" Did you mean {near}?" : "";
}
