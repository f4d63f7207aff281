using System.Globalization;

namespace AgentFlow;

/// <summary>One field of a cron expression: which numbers it has, as bits.</summary>
/// <param name="Bits">Bit n for number n.</param>
/// <param name="IsStar">Whether the field begins with a star: it restricts nothing, or by a step only.</param>
internal readonly record struct CronField(ulong Bits, bool IsStar)
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public bool Has(int number) => (Bits >> number & 1) != 0;

    public static CronField Parse(string expression, int index, string text)
    {
        ulong bits = 0;
        foreach (var part in text.Split(',')) bits |= new Part(expression, index, part).Read();

        // Sunday is 0 and 7.
        if (index == 4 && (bits & 1 << 7) != 0) bits = (bits | 1) & ~(1UL << 7);
        return new(bits, text[0] == '*');
    }

    /// <summary>What stands between two commas.</summary>
    private readonly struct Part(string expression, int index, string text)
    {
        private static readonly string[] Names = ["minute", "hour", "day of the month", "month", "day of the week"];
        private static readonly (int Least, int Most)[] Ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

        public ulong Read()
        {
            var (least, most) = Ranges[index];
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? text : text[..slash];
            var step = slash < 0 ? 1 : Number(text[(slash + 1)..], 1, most, " behind a '/'");
            var (first, last) = (least, index == 4 ? 6 : most);
            if (range != "*")
            {
                var dash = range.IndexOf('-', StringComparison.Ordinal);
                first = Named(dash < 0 ? range : range[..dash]);
                if (dash >= 0) last = Named(range[(dash + 1)..]);
                else if (slash < 0) last = first;
                if (index == 4 && dash >= 0 && last == 0) last = 7;
                if (first > last) throw Wrong($"'{range}' goes backwards. Write two ranges: {range[..dash]}-{(index == 4 ? 6 : most)},{least}-{range[(dash + 1)..]}");
            }

            ulong bits = 0;
            for (var number = first; number <= last; number += step) bits |= 1UL << number;
            return bits;
        }

        private int Named(string name)
        {
            var names = index switch { 3 => Months, 4 => Weekdays, _ => [] };
            var known = Array.FindIndex(names, other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
            return known < 0 ? Number(name, Ranges[index].Least, Ranges[index].Most, index switch { 3 => ", jan to dec", 4 => ", sun to sat", _ => "" }) : known + (index == 3 ? 1 : 0);
        }

        private int Number(string digits, int least, int most, string hint) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw Wrong($"'{digits}' is no number from {least} to {most}{hint}");

        private CronFormatException Wrong(string problem) => new(expression, Names[index], problem);
    }
}
