using System.Globalization;
using InsuranceClaims;

namespace DocumentIntake;

/// <summary>What the command line asks for.</summary>
internal sealed record Options(IReadOnlyList<string> Paths, string Out, string Agents, bool Retry, TimeProvider Clock, bool Help)
{
    public const string Text = """
        Files documents with agents: sorts them, reads them, checks the business rules, routes them to a folder.

        usage: DocumentIntake [path ...] [options]

          path           a file, or a folder of text files
                         (default: the documents that come with the sample)
          --out DIR      where the documents go: invoices, orders, complaints, applications, review (default: intake-out)
          --agents DIR   the agents, one *.agent.json file each (default: those that come with the sample)
          --retry        tries again what went to review, with the agents and rules of now
          --today DATE   the day that dates are judged from (default: today; 2026-03-31 for the sample's documents)
          --help         this text

        A document that breaks a rule goes back to its reader with the reasons; what stays wrong goes to review, with a file that says why.
        Called again, only what is new is filed: the same content is the same run.
        With OPENAI_API_KEY the agents use a real endpoint (OPENAI_BASE_URL, OPENAI_MODEL); without, a rule-based model.
        Exit codes: 0 all filed, 2 some need review, 64 wrong usage, 65 wrong agent files, 66 nothing to read, 74 the output cannot be written.
        """;

    private static readonly DateOnly SampleDay = new(2026, 3, 31);

    /// <exception cref="UsageException">The command line cannot be understood.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var (paths, today) = (new List<string>(), (DateOnly?)null);
        var options = new Options(paths, "intake-out", Path.Combine(AppContext.BaseDirectory, "agents"), Retry: false, TimeProvider.System, Help: false);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--out": options = options with { Out = Value() }; break;
                case "--agents": options = options with { Agents = Value() }; break;
                case "--today": today = Day(Value()); break;
                case "--retry": options = options with { Retry = true }; break;
                case "--help" or "-h" or "-?": options = options with { Help = true }; break;
                case var other when other.StartsWith('-'): throw new UsageException(other, $"There is no option {other}.");
                case "": throw new UsageException("", "An empty path was given.");
                case var path: paths.Add(path); break;
            }

            string Value() => i + 1 < arguments.Count && arguments[i + 1] is { Length: > 0 } value && !value.StartsWith("--", StringComparison.Ordinal)
                ? arguments[++i]
                : throw new UsageException(arguments[i], $"The option {arguments[i]} needs a value.");
        }

        if (paths.Count == 0)
        {
            paths.Add(Path.Combine(AppContext.BaseDirectory, "documents"));
            today ??= SampleDay;
        }

        return options with { Clock = today is { } day ? new FixedDay(day) : TimeProvider.System };
    }

    private static DateOnly Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        ? day
        : throw new UsageException(text, $"--today takes a date such as 2026-03-31, not {text}.");

    private sealed class FixedDay(DateOnly day) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(day, TimeOnly.MinValue, TimeSpan.Zero);
    }
}
