using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Says which proof the post mentions. "I have no receipts" is not a receipt.</summary>
internal static partial class EvidenceReader
{
    public const string Photos = "photos";
    public const string Invoice = "invoice";
    public const string Receipt = "receipt";
    public const string Estimate = "estimate";
    public const string PoliceReport = "police report";
    public const string Witness = "witness";

    private const int NegationWindow = 34;

    private static readonly (string Evidence, Regex Words)[] Kinds =
    [
        (Photos, PhotoWords()),
        (Invoice, InvoiceWords()),
        (Receipt, ReceiptWords()),
        (Estimate, EstimateWords()),
        (PoliceReport, PoliceWords()),
        (Witness, WitnessWords()),
    ];

    public static List<string> Read(IReadOnlyList<string> sentences)
    {
        var found = new List<string>();
        foreach (var (evidence, words) in Kinds)
            if (sentences.Any(sentence => words.Matches(sentence).Any(match => !IsDenied(sentence, match))))
                found.Add(evidence);
        return found;
    }

    private static bool IsDenied(string sentence, Match match) =>
        Denied().IsMatch(sentence[Math.Max(0, match.Index - NegationWindow)..match.Index])
        || DeniedAfter().IsMatch(sentence[(match.Index + match.Length)..Math.Min(sentence.Length, match.Index + match.Length + NegationWindow)]);

    [GeneratedRegex(@"\b(?:no|not|without|don't|didn't|never|cannot|can't|haven't|lost|kein\w*|nicht|ohne|nie|weder|noch)\b[^.,;]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Denied();

    [GeneratedRegex(@"^[^.,;]*\b(?:lost|missing|gone|not needed|burnt|burned|no longer|hab(?:e|en)? ich (?:nicht|keine)|nicht mehr|verloren|verbrannt|liegen nicht|weg|keine|nie)\b|^[^.,;]{0,20}[?:|][\s*|]*(?:no|none|nein|keine?|n/a)\b", RegexOptions.IgnoreCase)]
    private static partial Regex DeniedAfter();

    [GeneratedRegex(@"\bphoto\w*|\bpictures?\b|\bfotos?\b|\bbilder\b|\baufnahmen\b|\.jpe?g", RegexOptions.IgnoreCase)]
    private static partial Regex PhotoWords();

    [GeneratedRegex(@"\binvoices?\b|\bbills?\b|\brechnung(?:en)?\b|\w+rechnung\b", RegexOptions.IgnoreCase)]
    private static partial Regex InvoiceWords();

    [GeneratedRegex(@"\breceipts?\b|\bproofs? of purchase|\bbelege?n?\b|\bquittung\w*|\bkassen(?:bon|zettel)\w*|\bkaufbeleg\w*", RegexOptions.IgnoreCase)]
    private static partial Regex ReceiptWords();

    [GeneratedRegex(@"\bestimates?\b|\bquot(?:e|es|ation)\b(?! for the day)|\bkostenvoranschl\w+|\bangebot\b", RegexOptions.IgnoreCase)]
    private static partial Regex EstimateWords();

    [GeneratedRegex(@"police (?:report|reference|ref|station|officer|number)|crime (?:number|reference)|reported (?:it |this |the \w+ )?to the police|police (?:came|were|took|have)|case number|polizei|aktenzeichen|strafanzeige|anzeige erstattet|tagebuchnummer", RegexOptions.IgnoreCase)]
    private static partial Regex PoliceWords();

    [GeneratedRegex(@"\bwitness\w*|\bzeug(?:e|en|in)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WitnessWords();
}
