using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Writes a plain first draft; with remarks, adds to the draft what they ask for.</summary>
internal sealed partial class WriterRole : Role
{
    public override Reply Answer(Conversation conversation)
    {
        if (conversation.Section<LetterBrief>("brief") is not { } brief)
            return Reply.Say("There is no brief to write a letter from.");
        var parts = new LetterParts(brief);
        var letter = conversation.Sections.TryGetValue("draft", out var draft)
            ? Revise(LetterText.Parse(draft), conversation.Sections.GetValueOrDefault("remarks", ""), parts)
            : new Letter(parts.Subject, Body(parts.Greeting, parts.Opening, parts.Decision, brief.Outcome == SettlementOutcome.Pay ? parts.Arrival : "", parts.Contact, parts.SignOff));
        return conversation.WantsJson ? Reply.Json(letter) : Reply.Say(LetterText.Format(letter));
    }

    private static Letter Revise(Letter draft, string remarks, LetterParts parts)
    {
        if (StartAgain().IsMatch(remarks))
            draft = new(parts.Subject, Body(parts.Greeting, parts.Opening, parts.Decision, parts.SignOff));
        var additions = new List<string>();
        Ask(NamePattern(), parts.Greeting + "\n\n" + parts.Opening);
        Ask(PolicyPattern(), parts.PolicySuffix.TrimStart(',', ' '));
        Ask(AmountPattern(), parts.Decision);
        Ask(CalculationPattern(), parts.Calculation);
        Ask(ArrivalPattern(), parts.Arrival);
        Ask(ReasonPattern(), parts.Decision);
        Ask(DocumentPattern(), parts.Decision);
        Ask(ComplaintPattern(), parts.Complaint);
        Ask(DeadlinePattern(), parts.Deadline);
        Ask(ContactPattern(), parts.Contact);

        var paragraphs = draft.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        var before = paragraphs.FindIndex(paragraph => paragraph == parts.Contact);
        var end = before >= 0 ? before : paragraphs.FindIndex(paragraph => paragraph == parts.SignOff);
        paragraphs.InsertRange(end >= 0 ? end : paragraphs.Count, additions);
        return draft with { Body = string.Join("\n\n", paragraphs) };

        void Ask(Regex words, string paragraph)
        {
            if (paragraph.Length > 0 && words.IsMatch(remarks) && !draft.Body.Contains(paragraph, StringComparison.Ordinal) && !additions.Contains(paragraph))
                additions.Add(paragraph);
        }
    }

    private static string Body(params ReadOnlySpan<string> paragraphs)
    {
        var body = new System.Text.StringBuilder();
        foreach (var paragraph in paragraphs)
            if (paragraph.Length > 0)
                body.Append(body.Length > 0 ? "\n\n" : "").Append(paragraph);
        return body.ToString();
    }

    [GeneratedRegex(@"must not|never|another language|not contain", RegexOptions.IgnoreCase)]
    private static partial Regex StartAgain();

    [GeneratedRegex(@"\bname\b|greet", RegexOptions.IgnoreCase)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"policy number", RegexOptions.IgnoreCase)]
    private static partial Regex PolicyPattern();

    [GeneratedRegex(@"exact amount|state the amount", RegexOptions.IgnoreCase)]
    private static partial Regex AmountPattern();

    [GeneratedRegex(@"calculat|deductible|limit", RegexOptions.IgnoreCase)]
    private static partial Regex CalculationPattern();

    [GeneratedRegex(@"arriv|when (?:the money|it)", RegexOptions.IgnoreCase)]
    private static partial Regex ArrivalPattern();

    [GeneratedRegex(@"\breason\b|\bwhy\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReasonPattern();

    [GeneratedRegex(@"\bdocuments?\b|missing", RegexOptions.IgnoreCase)]
    private static partial Regex DocumentPattern();

    [GeneratedRegex(@"complain", RegexOptions.IgnoreCase)]
    private static partial Regex ComplaintPattern();

    [GeneratedRegex(@"deadline|by when|until when|date to send", RegexOptions.IgnoreCase)]
    private static partial Regex DeadlinePattern();

    [GeneratedRegex(@"whom to ask|contact|reach", RegexOptions.IgnoreCase)]
    private static partial Regex ContactPattern();
}
