using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>The sentences a letter is made of, in the language of its brief.</summary>
internal sealed partial class LetterParts(LetterBrief brief)
{
    private const int DaysToPay = 5;
    private const int DaysToSend = 30;

    private readonly Phrases _phrases = new(brief.Language);

    public string Subject => _phrases.Say("Your claim", "Ihr Schaden")
        + (brief.IncidentDate is { } day ? _phrases.Say($" of {_phrases.Date(day)}", $" vom {_phrases.Date(day)}") : "")
        + PolicySuffix;

    public string PolicySuffix => brief.PolicyNumber is { } number ? _phrases.Say($", policy {number}", $", Vertrag {number}") : "";

    public string Greeting => brief.Claimant is { } name
        ? _phrases.Say($"Dear {name},", $"Guten Tag {name},")
        : _phrases.Say("Dear Sir or Madam,", "Sehr geehrte Damen und Herren,");

    public string Opening
    {
        get
        {
            var kind = _phrases.Name(brief.Damage);
            return brief.IncidentDate is { } day
                ? _phrases.Say($"thank you for telling us about your claim ({kind}) of {_phrases.Date(day)}.", $"vielen Dank für Ihre Schadenmeldung ({kind}) vom {_phrases.Date(day)}.")
                : _phrases.Say($"thank you for telling us about your claim ({kind}).", $"vielen Dank für Ihre Schadenmeldung ({kind}).");
        }
    }

    public string Decision => brief.Outcome switch
    {
        SettlementOutcome.Pay => _phrases.Say($"We pay {_phrases.Amount(brief.Amount)}.", $"Wir zahlen Ihnen {_phrases.Amount(brief.Amount)}."),
        SettlementOutcome.Decline => _phrases.Say($"We are sorry that we cannot pay for this damage. {brief.Reason}", $"Leider können wir für diesen Schaden nicht zahlen. {brief.Reason}"),
        SettlementOutcome.AskForDocuments => _phrases.Say("To decide, we still need from you:", "Für unsere Entscheidung fehlt uns noch:") + Bullets(brief.MissingDocuments),
        _ => _phrases.Say(
            "A colleague is looking at your claim in person and will call you or write to you. Until then we cannot pay anything.",
            "Eine Kollegin oder ein Kollege sieht sich Ihren Schaden persönlich an und meldet sich bei Ihnen. Bis dahin können wir nichts auszahlen."),
    };

    public string Arrival => _phrases.Say($"The money will be in your account within {DaysToPay} working days.", $"Das Geld ist innerhalb von {DaysToPay} Werktagen auf Ihrem Konto.");

    public string Calculation => brief.Calculation is { } plain && Localized(plain) is var calculation
        ? _phrases.Say($"This is how we calculated it, with your deductible of {_phrases.Amount(brief.Deductible)}: {calculation}.", $"So haben wir gerechnet, mit Ihrer Selbstbeteiligung von {_phrases.Amount(brief.Deductible)}: {calculation}.")
        : "";

    public string Complaint => _phrases.Say(
        "If you disagree, write to our complaints office at complaints@linden-mutual.example; after that the insurance ombudsman is open to you, free of charge.",
        "Wenn Sie nicht einverstanden sind, schreiben Sie unserer Beschwerdestelle unter beschwerde@linden-mutual.example; danach steht Ihnen der Versicherungsombudsmann kostenfrei offen.");

    public string Deadline => _phrases.Say($"Please send it within {DaysToSend} days of this letter.", $"Bitte schicken Sie es uns innerhalb von {DaysToSend} Tagen nach diesem Schreiben.");

    public string Contact => _phrases.Say("Any questions? Reach us at claims@linden-mutual.example.", "Fragen? Sie erreichen uns unter schaden@linden-mutual.example.");

    public string SignOff => _phrases.Say("Kind regards\nLinden Mutual Insurance", "Mit freundlichen Grüßen\nLinden Mutual Versicherung");

    // The tool calculates in plain numbers; a letter writes them as its reader does.
    private string Localized(string calculation) => PlainAmount()
        .Replace(calculation, match => Money.Parse(match.Value) is { } amount ? _phrases.Amount(amount) : match.Value)
        .Replace("limited to", _phrases.Say("limited to", "begrenzt auf"), StringComparison.Ordinal);

    [GeneratedRegex(@"\d[\d,]*\.\d{2}")]
    private static partial Regex PlainAmount();

    private static string Bullets(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"\n- {line}"));
}
