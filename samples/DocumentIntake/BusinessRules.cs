using System.Globalization;
using AgentFlow;

namespace DocumentIntake;

/// <summary>What must hold before a document is filed. Everything that does not is said at once, in words that an extractor can act on.</summary>
internal sealed class BusinessRules(TimeProvider clock)
{
    private const decimal Cent = 0.01m;
    private const int OldestDays = 3 * 365;
    private const int LongestTermDays = 365;

    public void Invoices(CheckRules<Invoice> check) => check
        .Require(invoice => Filled(invoice.Supplier), "supplier is missing")
        .Require(invoice => Filled(invoice.Number), "number is missing")
        .Require(invoice => invoice.Total > 0, "total is missing")
        .Require(invoice => Plausible("date", invoice.Date))
        .Require(invoice => NotBefore("due", invoice.Due, "date", invoice.Date))
        .Require(invoice => Lines(invoice.Lines))
        .Require(invoice => Adds("lines", invoice.Lines.Sum(line => line.Amount), "net", invoice.Lines.Count > 0 ? invoice.Net : null))
        .Require(invoice => Adds("net and vat", invoice.Net + invoice.Vat, "total", invoice.Total));

    public void Orders(CheckRules<Order> check) => check
        .Require(order => Filled(order.Customer), "customer is missing")
        .Require(order => Filled(order.Number), "number is missing")
        .Require(order => order.Lines.Count > 0, "lines are missing: nothing is ordered")
        .Require(order => Plausible("date", order.Date))
        .Require(order => NotBefore("delivery", order.Delivery, "date", order.Date))
        .Require(order => Lines(order.Lines))
        .Require(order => Adds("lines", order.Lines.Sum(line => line.Amount), "total", order.Total));

    public void Complaints(CheckRules<Complaint> check) => check
        .Require(complaint => Filled(complaint.Customer), "customer is missing: nobody can be answered")
        .Require(complaint => Filled(complaint.Reference), "reference is missing: no order or invoice is named")
        .Require(complaint => Plausible("date", complaint.Date));

    public void Applications(CheckRules<Application> check) => check
        .Require(application => Filled(application.Name), "name is missing")
        .Require(application => Filled(application.Email) || Filled(application.Phone), "email and phone are missing: nobody can be answered")
        .Require(application => application.Email is null || application.Email.Contains('@', StringComparison.Ordinal), "email is no address");

    private IEnumerable<string> Plausible(string name, DateOnly? date)
    {
        var today = DateOnly.FromDateTime(clock.GetLocalNow().Date);
        if (date is not { } day) yield return $"{name} is missing";
        else if (day > today) yield return $"{name} {Text(day)} is in the future";
        else if (day.AddDays(OldestDays) < today) yield return $"{name} {Text(day)} is more than three years ago";
    }

    private static IEnumerable<string> NotBefore(string later, DateOnly? end, string earlier, DateOnly? start)
    {
        if (end < start) yield return $"{later} {Text(end.Value)} is before {earlier} {Text(start.Value)}";
        else if (end > start?.AddDays(LongestTermDays)) yield return $"{later} {Text(end.Value)} is more than a year after {earlier} {Text(start.Value)}";
    }

    private static IEnumerable<string> Lines(IEnumerable<Line> lines) => lines
        .Where(line => Math.Abs(line.Quantity * line.Price - line.Amount) > Cent)
        .Select(line => $"lines: {Text(line.Quantity)} × {Text(line.Price)} is not {Text(line.Amount)} ({line.Text})");

    private static IEnumerable<string> Adds(string parts, decimal? sum, string whole, decimal? stated)
    {
        if (sum is { } added && stated is { } said && Math.Abs(added - said) > Cent) yield return $"{parts} add up to {Text(added)}, not to {whole} {Text(said)}";
    }

    private static bool Filled(string? text) => !string.IsNullOrWhiteSpace(text);

    private static string Text(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
