using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Holds a letter against its brief, point by point.</summary>
internal sealed partial class CriticRole : Role
{
    public override Reply Answer(Conversation conversation)
    {
        if (conversation.Section<LetterBrief>("brief") is not { } brief || !conversation.Sections.TryGetValue("letter", out var letter))
            return Reply.Json(new Critique(false, ["There is no letter with a brief to review."]));
        var remarks = Remarks(brief, letter).ToList();
        return Reply.Json(new Critique(remarks.Count == 0, remarks));
    }

    private static IEnumerable<string> Remarks(LetterBrief brief, string letter)
    {
        if (LanguageReader.Read(PostText.Read(letter)) != brief.Language)
            yield return $"The letter is in another language than {brief.Language}.";
        if (Internal().Match(letter) is { Success: true } leak)
            yield return $"The letter must not mention anything internal: \"{leak.Value}\".";
        if (Foreign(brief, letter) is { } foreign)
            yield return $"The letter must not name {Money.Plain(foreign)}: the brief does not contain it.";
        if (brief.Claimant is { } name && !letter.Contains(name.Split(' ')[^1], StringComparison.OrdinalIgnoreCase))
            yield return "Greet the claimant by name.";
        if (brief.PolicyNumber is { } number && !letter.Contains(number, StringComparison.OrdinalIgnoreCase))
            yield return "Give the policy number.";
        foreach (var remark in brief.Outcome switch
        {
            SettlementOutcome.Pay => Payment(brief, letter),
            SettlementOutcome.Decline => Refusal(brief, letter),
            SettlementOutcome.AskForDocuments => Request(brief, letter),
            _ => [],
        })
            yield return remark;
        if (!Contact().IsMatch(letter))
            yield return "Say whom to ask.";
    }

    private static IEnumerable<string> Payment(LetterBrief brief, string letter)
    {
        if (!Amounts(letter).Contains(brief.Amount))
            yield return $"State the exact amount, {Money.Plain(brief.Amount)}.";
        if (brief is { Deductible: > 0, Calculation: not null } && !Deductible().IsMatch(letter))
            yield return "Show how the amount was calculated with the deductible.";
        if (!Days().IsMatch(letter))
            yield return "Say when the money arrives.";
    }

    private static IEnumerable<string> Refusal(LetterBrief brief, string letter)
    {
        var words = Word().Matches(brief.Reason).Select(match => match.Value).ToList();
        if (words.Count(word => letter.Contains(word, StringComparison.OrdinalIgnoreCase)) * 2 < words.Count)
            yield return "Give the reason for the refusal.";
        if (!Complaint().IsMatch(letter))
            yield return "Say how to complain.";
    }

    private static IEnumerable<string> Request(LetterBrief brief, string letter)
    {
        foreach (var document in brief.MissingDocuments)
            if (!letter.Contains(document, StringComparison.OrdinalIgnoreCase))
                yield return $"Name the missing document: {document}.";
        if (!Days().IsMatch(letter))
            yield return "Give a date to send it by.";
    }

    private static decimal? Foreign(LetterBrief brief, string letter)
    {
        HashSet<decimal> allowed = [brief.Amount, brief.Deductible, .. Amounts($"{brief.Reason} {string.Join(' ', brief.MissingDocuments)}"), .. Plain(brief.Calculation)];
        foreach (var amount in Amounts(letter))
            if (!allowed.Contains(amount))
                return amount;
        return null;
    }

    private static IEnumerable<decimal> Amounts(string text) => AmountReader.Read(text).Select(mention => mention.Amount);

    private static IEnumerable<decimal> Plain(string? calculation) =>
        PlainAmount().Matches(calculation ?? "").Select(match => Money.Parse(match.Value)).OfType<decimal>();

    [GeneratedRegex(@"\b(?:fraud\w*|suspici\w*|score|software|model|manipulat\w*|betrug\w*|verdacht\w*|verdächtig\w*|künstliche Intelligenz)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Internal();

    [GeneratedRegex(@"deductible|selbstbeteiligung", RegexOptions.IgnoreCase)]
    private static partial Regex Deductible();

    [GeneratedRegex(@"\b\d+ (?:working |business )?(?:days|weeks)\b|\b\d+ (?:Werktagen?|Tagen?|Wochen)\b|\b(?:by|bis(?: zum)?) \d", RegexOptions.IgnoreCase)]
    private static partial Regex Days();

    [GeneratedRegex(@"complain|ombudsman|beschwer", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();

    [GeneratedRegex(@"\w+@\w+|\bphone\b|telefon|\bcall us\b", RegexOptions.IgnoreCase)]
    private static partial Regex Contact();

    [GeneratedRegex(@"\w{5,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"\d[\d,]*\.\d{2}")]
    private static partial Regex PlainAmount();
}
