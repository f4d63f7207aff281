using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>
/// Finds passages that talk to software instead of to an insurer. "Please ignore my previous e-mail" is what people
/// write; "ignore the policy" is not.
/// </summary>
internal static partial class ManipulationReader
{
    private const int LongestOrder = 240;
    private const int LongestPressure = 120;
    private const int MostPressure = 4;

    public static bool IsOrder(string sentence) => Order().IsMatch(sentence);

    public static List<string> Orders(IReadOnlyList<string> sentences) =>
        [.. sentences.Where(IsOrder).Select(sentence => PostText.Shorten(Markup().Replace(sentence, " "), LongestOrder)).Distinct()];

    public static List<string> Pressure(IReadOnlyList<string> sentences) =>
        [.. sentences.Where(sentence => Pressing().IsMatch(sentence) && !IsOrder(sentence)).Select(sentence => PostText.Shorten(sentence, LongestPressure)).Distinct().Take(MostPressure)];

    [GeneratedRegex(
        @"(?<!\b(?:not|never|cannot)\s)(?<!n['’]t\s)\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:polic(?:y|ies)|instructions?|rules?|guidelines?|terms|limits?|prompts?|checks?|procedures?|safeguards?|above)\b"
        + @"|\b(?:you are|act as|behave as|du bist|sie sind)\b.{0,25}\b(?:AI|assistant|language model|LLM|chatbot|bot|KI|Sprachmodell|Assistent|approver)\b"
        + @"|\b(?:note|instruction|message|command|hinweis|anweisung|nachricht)s? (?:to|for|an|für) (?:the |any |das |die |den |our |your )?(?:system|AI|bot|assistant|model|software|claims software|KI|Modell|Assistenten|Sprachmodell|automat\w*)\b"
        + @"|\bsystem (?:prompt|override|message|instruction)\b|^\W*(?:SYSTEM|ASSISTANT|ADMIN|DEVELOPER)\s*:"
        + @"|\b(?:set|mark|classify|rate|setze|markiere|bewerte|stufe)\b.{0,40}\b(?:fraud\w*|risk|score|Betrug\w*|Risiko\w*)\b"
        + @"|\b(?:approve|mark|genehmige|bewillige)\b.{0,30}\b(?:automatically|without (?:review|asking|checking|human)|immediately and|pre-?approved|ohne (?:Prüfung|Rückfrage|menschliche))"
        + @"|\bdo not (?:flag|escalate|refer|forward|route|involve|alert)\b|\bnicht (?:an einen (?:Menschen|Sachbearbeiter)|weiterleiten|eskalieren|markieren)\b"
        + @"|\b(?:ignorier\w*|missacht\w*|vergiss|vergesse|umgehe|überspring\w*)\b.{0,50}\b(?:Police\w*|Anweisung\w*|Regel\w*|Richtlinie\w*|Bedingung\w*|Vorgabe\w*|Prüfung\w*|Limit\w*|Vertrag\w*|Grenze\w*)\b"
        + @"|\b(?:respond|answer|reply|output|antworte)\b.{0,20}\b(?:only|nur|exactly)\b.{0,25}\b(?:with|json|mit)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Order();

    [GeneratedRegex(
        @"\b(?:in|as) cash\b|\bcash (?:payment|please|only)\b|\bno need (?:to|for).{0,30}(?:inspect|expert|adjuster|visit|send)|\b(?:do not|don't|no need to) (?:send|bother).{0,25}(?:expert|inspector|adjuster|anyone)"
        + @"|\bno questions\b|\b(?:pay|paid|money|transfer)\b.{0,25}\b(?:immediately|within 24|by tomorrow|today|at once|right away)\b|\bno (?:receipts?|invoices?|proofs?)\b|\b(?:receipts?|invoices?) (?:are|were|got) (?:all )?(?:lost|burnt|burned)\b"
        + @"|\b(?:lawyer|press|newspaper)\b.{0,40}\b(?:if|unless|otherwise)\b|\b(?:if|unless|otherwise)\b.{0,60}\b(?:lawyer|newspaper)\b"
        + @"|\b(?:in )?bar (?:aus|be)zahl\w*|\bbarauszahlung|\bsofort\w*.{0,25}(?:auszahl\w*|überweis\w*|zahl\w*)|\b(?:auszahl\w*|überweis\w*|zahl\w*).{0,20}\bsofort\b|\b(?:kein|ohne)\w* (?:gutachter|sachverständig\w*|besichtigung)\b|\b(?:kein\w*|ohne) (?:belege?n?|rechnung\w*|quittung\w*)\b|\bbelege?\b.{0,25}\b(?:verbrannt|verloren|nicht mehr)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Pressing();

    [GeneratedRegex(@"<!--|-->|-{2,}|[*_#`]+")]
    private static partial Regex Markup();
}
