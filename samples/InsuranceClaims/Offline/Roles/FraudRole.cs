namespace InsuranceClaims.Offline;

internal sealed class FraudRole : Role
{
    private const int Certain = 90;
    private const int High = 60;
    private const int Medium = 30;
    private const decimal LargeAmount = 10_000m;

    public override Reply Answer(Conversation conversation)
    {
        var facts = Facts(conversation);
        if (PolicyQuestion.Next(conversation, facts) is { } question)
            return question;

        var signals = new List<(int Weight, string Text)>();
        if (facts.EmbeddedInstructions.Count > 0)
            signals.Add((Certain, $"manipulation: the post gives orders to our software: {string.Join(" ", facts.EmbeddedInstructions.Select(quote => $"\"{quote}\""))}"));
        foreach (var contradiction in facts.Contradictions)
            signals.Add((30, $"contradiction: {contradiction}"));
        for (var i = 0; i < facts.Pressure.Count; i++)
            signals.Add((i == 0 ? 20 : 10, $"pressure: \"{facts.Pressure[i]}\""));
        if (facts is { Damage: DamageKind.Theft, ClaimedAmount: > 500m } && !facts.Evidence.Contains(EvidenceReader.PoliceReport))
            signals.Add((20, "a theft without a police report"));
        if (facts is { IncidentDate: { } day, ReportedDate: { } reported })
        {
            if (day > reported)
                signals.Add((40, $"the damage ({day:yyyy-MM-dd}) is later than the letter ({reported:yyyy-MM-dd})"));
            else if (reported.DayNumber - day.DayNumber > 90)
                signals.Add((15, $"reported {reported.DayNumber - day.DayNumber} days after the damage"));
        }
        if (facts.ClaimedAmount is >= LargeAmount and var large && large % 1000m == 0 && facts.Evidence.Count == 0)
            signals.Add((20, $"a large round amount ({Money.Plain(large)}) without any proof"));
        if (PolicyQuestion.Found(conversation) is { } lookup)
            Compare(facts, lookup.Policies.FirstOrDefault(policy => policy.Covers.Contains(facts.Damage)) ?? lookup.Policies[0], signals);

        var score = Math.Min(100, signals.Sum(signal => signal.Weight));
        var level = score >= High ? FraudLevel.High : score >= Medium ? FraudLevel.Medium : FraudLevel.Low;
        signals.Sort((left, right) => right.Weight.CompareTo(left.Weight));
        var reason = signals.Count == 0 ? "Nothing about the claim stands out." : $"{char.ToUpperInvariant(signals[0].Text[0])}{signals[0].Text[1..]}.";
        return Reply.Json(new FraudFinding(level, score, [.. signals.Select(signal => signal.Text)], reason));
    }

    private static void Compare(ClaimFacts facts, Policy policy, List<(int Weight, string Text)> signals)
    {
        if (facts.IncidentDate is { } day)
        {
            var age = day.DayNumber - policy.ValidFrom.DayNumber;
            if (age is >= 0 and <= 30)
                signals.Add((35, $"the policy began {age} days before the damage"));
            var recent = policy.PriorClaims.Count(prior => prior.Date > day.AddYears(-3) && prior.Date < day);
            if (recent >= 2)
                signals.Add((15 * (recent - 1), $"{recent} other claims within three years"));
        }
        if (facts.Claimant is { } claimant && !policy.Holder.Split(' ')[^1].Equals(claimant.Split(' ')[^1], StringComparison.OrdinalIgnoreCase))
            signals.Add((15, $"{claimant} claims on the policy of {policy.Holder}"));
    }
}
