namespace AgentFlow;

/// <summary>How results stand to each other: who is on whose side, and which side prevails. Recorded, so that a replay compares nothing again.</summary>
/// <param name="Winner">A result of the side that prevails; -1 when none does.</param>
/// <param name="Sides">For each result the first one that is equal to it.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record Tally(int Winner, int[] Sides, string Reason)
{
    private const double Rounding = 1e-9;

    public bool IsAgreed => Winner >= 0;

    /// <summary>The size of the side that prevails, or of the greatest.</summary>
    public int Agreeing => IsAgreed ? SizeOf(Sides[Winner]) : Sides.Select(SizeOf).Max();

    public static Tally Of<T>(IReadOnlyList<T> results, double[] weights, Func<T, T, bool> same, double share, bool firstWinsTies)
    {
        var sides = new int[results.Count];
        var strengths = new double[results.Count];
        for (var i = 0; i < sides.Length; i++)
        {
            sides[i] = i;
            for (var j = 0; j < i; j++)
            {
                if (sides[j] != j || !same(results[j], results[i])) continue;
                sides[i] = j;
                break;
            }

            strengths[sides[i]] += weights[i];
        }

        var total = strengths.Sum();
        var most = strengths.Max();
        var first = Array.FindIndex(strengths, strength => strength >= most - Rounding);
        var isTie = strengths.Count(strength => strength >= most - Rounding) > 1;
        var says = $"{most:0.##} of {total:0.##}";
        if (total <= 0) return new(-1, sides, "no result has any weight");
        if (!isTie && most > share * total + Rounding) return new(first, sides, $"{says} agree");
        if (isTie && firstWinsTies) return new(first, sides, $"a tie at {says}, and the first prevails");
        return new(-1, sides, isTie ? $"a tie at {says}" : $"{says} agree, and more than {share:0.##} of the weight is demanded");
    }

    private int SizeOf(int side) => Sides.Count(other => other == side);
}

/// <summary>The tallies of a verb: of the whole results, or field by field.</summary>
internal sealed record TallySheet(Tally[] Tallies, string Reason)
{
    public bool IsAgreed => Tallies.All(tally => tally.IsAgreed);

    public override string ToString() => IsAgreed ? "agreement" : "dispute";
}
