using System.Globalization;

namespace InsuranceClaims.Offline;

/// <summary>Sentences in the language of the claim.</summary>
internal sealed class Phrases(string language)
{
    private readonly bool _german = language == "de";

    public string NothingToLookUp => Say("No policy could be looked up.", "Es konnte kein Vertrag nachgeschlagen werden.");

    public string DayUnknown => Say("The day of the damage is not known.", "Der Schadentag ist nicht bekannt.");

    public string KindUnknown => Say("It is not clear what caused the damage.", "Es ist nicht klar, wodurch der Schaden entstand.");

    public string Cause => Say("what happened, and how", "was geschehen ist, und wie");

    public string NoAmount => Say("The post names no amount.", "Das Schreiben nennt keinen Betrag.");

    public string PolicyNumber => Say("the policy number", "die Versicherungsnummer");

    public string DayOfDamage => Say("the day of the damage", "der Schadentag");

    public string Invoice => Say("an invoice or an estimate", "eine Rechnung oder ein Kostenvoranschlag");

    public string ExplainContradiction => Say("an explanation of the different amounts", "eine Erklärung der unterschiedlichen Beträge");

    public string Covered(Policy policy, DamageKind kind) => Say(
        $"{policy.Product} covers {Name(kind)} and was in force on the day of the damage.",
        $"{policy.Product} deckt {Name(kind)} und bestand am Schadentag.");

    public string KindNotCovered(Policy policy, DamageKind kind) => Say(
        $"{policy.Product} does not cover {Name(kind)}.",
        $"{policy.Product} deckt {Name(kind)} nicht.");

    public string OutsideValidity(Policy policy, DateOnly day) => Say(
        $"The policy was in force from {Date(policy.ValidFrom)} to {Date(policy.ValidTo)}; the damage happened on {Date(day)}.",
        $"Der Vertrag bestand vom {Date(policy.ValidFrom)} bis {Date(policy.ValidTo)}; der Schaden ist vom {Date(day)}.");

    public string SeveralPolicies(IReadOnlyList<Policy> policies)
    {
        var products = string.Join(", ", policies.Select(policy => policy.Product));
        return Say($"Several policies could apply: {products}.", $"Mehrere Verträge kommen in Frage: {products}.");
    }

    public string ItemsOnly(decimal sum) => Say($"The items listed add up to {Amount(sum)}.", $"Die aufgeführten Posten ergeben {Amount(sum)}.");

    public string ItemsSupport(int count, decimal sum) => Say($"The {count} items listed add up to the {Amount(sum)} claimed.", $"Die {count} Posten ergeben die geforderten {Amount(sum)}.");

    public string AmountAsClaimed(decimal amount) => Say($"{Amount(amount)} are claimed; nothing in the post contradicts it.", $"Gefordert werden {Amount(amount)}; nichts im Schreiben widerspricht dem.");

    public string LowerCounts(decimal amount) => Say($"The amounts contradict each other; the lower one, {Amount(amount)}, counts.", $"Die Beträge widersprechen sich; es gilt der niedrigere, {Amount(amount)}.");

    public string Unusual(DamageKind kind) => Say($"an expert's opinion: the amount is unusual for {Name(kind)}", $"ein Gutachten: der Betrag ist ungewöhnlich für {Name(kind)}");

    public string BelowDeductible(decimal deductible) => Say($"The damage does not exceed the deductible of {Amount(deductible)}.", $"Der Schaden übersteigt die Selbstbeteiligung von {Amount(deductible)} nicht.");

    public string Currency(string code) => Say($"The amounts are in {code}; a person has to settle them.", $"Die Beträge sind in {code}; das muss ein Mensch entscheiden.");

    public string Amount(decimal amount) => Money.In(language, amount);

    public string Date(DateOnly day) => _german
        ? day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture)
        : day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    public string Name(DamageKind kind) => kind switch
    {
        DamageKind.Water => Say("escape of water", "Leitungswasser"),
        DamageKind.Flood => Say("flood", "Überschwemmung"),
        DamageKind.Fire => Say("fire", "Feuer"),
        DamageKind.Theft => Say("theft", "Diebstahl"),
        DamageKind.Storm => Say("storm", "Sturm und Hagel"),
        DamageKind.Glass => Say("broken glass", "Glasbruch"),
        DamageKind.Liability => Say("liability", "Haftpflicht"),
        DamageKind.Car => Say("car damage", "Fahrzeugschäden"),
        DamageKind.Travel => Say("travel", "Reise"),
        _ => Say("this kind of damage", "Schäden dieser Art"),
    };

    public string Say(string english, string german) => _german ? german : english;
}
