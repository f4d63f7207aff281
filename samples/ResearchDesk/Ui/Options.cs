using InsuranceClaims;

namespace ResearchDesk;

/// <summary>What the command line asks for.</summary>
/// <param name="Paths">Files and folders; empty means those that come with the sample.</param>
internal sealed record Options(IReadOnlyList<string> Paths, string Question, string Out, bool Bad, bool Help)
{
    public const string Usage = """
        Audits a folder of text and CSV files with agents: plan, parallel research, reconciliation, report, review.

        usage: ResearchDesk [path ...] [options]

          path             a folder with *.csv, *.txt and *.md files, or single files (default: the files that come with the sample)
          --question TEXT  what is to be found out (default: a marketing audit)
          --out DIR        where the report goes (default: out)
          --bad            adds files that cannot be read
          --help           this text

        With OPENAI_API_KEY the agents use a real endpoint (OPENAI_BASE_URL, OPENAI_MODEL); without, a rule-based model.
        Exit codes: 0 done, 2 done but some files could not be read, 3 no report, 64 wrong usage, 66 nothing to read.
        """;

    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options([], "Where does our marketing earn its money, and what should change?", "out", Bad: false, Help: false);
        var paths = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--help" or "-h" or "-?" => options with { Help = true },
                "--bad" => options with { Bad = true },
                "--out" => options with { Out = Value() },
                "--question" => options with { Question = Value() },
                ['-', ..] unknown => throw new UsageException(unknown, $"There is no option {unknown}."),
                "" => throw new UsageException("", "An empty path was given."),
                var path => options with { Paths = Add(path) },
            };

            string Value() => i + 1 < arguments.Count && arguments[i + 1].Trim().Length > 0 ? arguments[++i] : throw new UsageException(arguments[i], $"The option {arguments[i]} needs a value.");
        }

        return options;

        List<string> Add(string path)
        {
            paths.Add(path);
            return paths;
        }
    }
}
