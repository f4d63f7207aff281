using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace SupportDesk.Offline;

internal static class TriageRules
{
    public static AIContent Next(Talk talk) =>
        talk.Colleague is { } said ? Talk.Say($"A colleague says: {said}")
        : talk.IsForAPerson ? Talk.HandOff("human", "the customer asks for a person")
        : talk.IsBilling ? Talk.HandOff("billing", "it is about an invoice or money")
        : talk.IsTechnical ? Talk.HandOff("technical", "something does not work")
        : Talk.Say("Hello! Is it about an invoice, or does something not work?");
}

internal static partial class BillingRules
{
    private const string Offer = "Shall I refund it?";

    public static AIContent Next(Talk talk)
    {
        if (talk.Colleague is { } said) return Talk.Say($"A colleague says: {said}");
        if (talk.Result("refund") is { } refunded) return Talk.Say(Refunded(refunded));
        if (talk.IsForAPerson) return Talk.HandOff("human", "the customer asks for a person");
        if (talk.IsTechnical && !talk.IsBilling) return Talk.HandOff("technical", "something does not work");
        if (talk.IsThanks && !WantsRefund(talk)) return Talk.Say("You are welcome. Is there anything else?");
        if (talk.Before.Prepend(talk.Words).Select(words => Number().Match(words)).FirstOrDefault(match => match.Success) is not { } number) return Talk.Say("Which invoice is it? Its number is at the top right, such as R-1001.");
        if (talk.Result("find_invoice") is not { } found) return Talk.Call("find_invoice", ("number", number.Value.ToUpperInvariant()));
        if (!found.StartsWith('{')) return Talk.Say($"I cannot find invoice {number.Value}. Please look at its number again.");
        var invoice = JsonSerializer.Deserialize<BilledInvoice>(found, JsonSerializerOptions.Web)!;
        if (WantsRefund(talk)) return Talk.Call("refund", ("number", invoice.Number), ("amount", AmountIn(talk.Words) ?? invoice.Amount));
        return Talk.Say(string.Create(CultureInfo.InvariantCulture, $"Invoice {invoice.Number} is about {invoice.Amount:0.00} for {invoice.For}, paid on {invoice.Paid:d MMMM}. {Offer}"));
    }

    private static string Refunded(string result) => result.Contains("refunded for", StringComparison.Ordinal) ? $"Done: {result}. The money is with you in three days."
        : result.Contains("rejected", StringComparison.Ordinal) ? "I am sorry, a colleague has decided against this refund."
        : $"I am sorry, I could not refund it. {result}";

    private static bool WantsRefund(Talk talk) => Refund().IsMatch(talk.Words)
        || talk.LastAnswer.EndsWith(Offer, StringComparison.Ordinal) && Yes().IsMatch(talk.Words)
        || talk.LastAnswer.StartsWith("I am sorry", StringComparison.Ordinal) && AmountIn(talk.Words) is not null;

    private static decimal? AmountIn(string words) => Amount().Match(words) is { Success: true } match ? decimal.Parse(match.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\bR-\d+\b", RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"\b(?:refund|money back|pay (?:it |me )?back)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Refund();

    [GeneratedRegex(@"^\W*(?:yes|please|ok|sure|do it)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Yes();

    [GeneratedRegex(@"(?<![-\w.])\d+(?:\.\d\d)?(?![-\w])")]
    private static partial Regex Amount();
}

internal static partial class TechnicalRules
{
    public static AIContent Next(Talk talk)
    {
        if (talk.Colleague is { } said) return Talk.Say($"A colleague says: {said}");
        if (talk.Result("reset_password") is { } sent) return Talk.Say($"I have sent it: {sent}. It is good for an hour.");
        if (talk.IsForAPerson) return Talk.HandOff("human", "the customer asks for a person");
        if (talk.IsBilling && !talk.IsTechnical) return Talk.HandOff("billing", "it is about an invoice or money");
        if (talk.IsThanks) return Talk.Say("You are welcome. Is there anything else?");
        if (Password().IsMatch(talk.Words) || talk.LastAnswer.StartsWith("To which address", StringComparison.Ordinal))
            return Address().Match(talk.Words) is { Success: true } address ? Talk.Call("reset_password", ("email", address.Value)) : Talk.Say("To which address shall I send the link for a new password?");
        if (Service().Match(talk.Words) is not { Success: true } service) return Talk.Say("Which service is it: internet, mail or portal?");
        var name = service.Value.ToUpperInvariant() is "CONNECTION" or "ROUTER" or "SLOW" ? "internet" : service.Value.ToLowerInvariant();
        return talk.Result("service_status") is { } state ? Talk.Say($"The state of {name}: {state}.") : Talk.Call("service_status", ("service", name));
    }

    [GeneratedRegex(@"password|log ?in", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    [GeneratedRegex(@"\S+@\S+\w")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(?:internet|mail|portal|connection|router|slow)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Service();
}
