using System.Globalization;
using System.Text.Json;
using AgentFlow;

namespace SupportDesk;

public sealed record BilledInvoice(string Number, string Customer, decimal Amount, string For, DateOnly Paid);

/// <summary>The provider's books: what the agents' tools look into. Refunds are lines of a file.</summary>
internal sealed class Accounts
{
    private readonly Dictionary<string, BilledInvoice> _invoices;
    private readonly Dictionary<string, string> _services;
    private readonly string _ledger;
    private readonly Lock _writing = new();

    private Accounts(AccountFile file, string ledger)
    {
        _invoices = file.Invoices.ToDictionary(invoice => invoice.Number, StringComparer.OrdinalIgnoreCase);
        _services = new(file.Services, StringComparer.OrdinalIgnoreCase);
        _ledger = ledger;
    }

    public static Accounts Load(string path, string ledger) => new(JsonSerializer.Deserialize<AccountFile>(File.ReadAllText(path), JsonSerializerOptions.Web)!, ledger);

    public BilledInvoice FindInvoice(string number) => _invoices.GetValueOrDefault(number) ?? throw new ToolException($"There is no invoice {number}.");

    public string Refund(string number, decimal amount)
    {
        var invoice = FindInvoice(number);
        lock (_writing)
        {
            var left = invoice.Amount - RefundsOf(invoice.Number).Sum();
            if (amount <= 0 || amount > left) throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{left:0.00} of invoice {invoice.Number} can be refunded, not {amount:0.00}."));
            File.AppendAllText(_ledger, string.Create(CultureInfo.InvariantCulture, $"{invoice.Number} {amount:0.00}\n"));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.00} refunded for {invoice.Number}");
    }

    public string StatusOf(string service) => _services.GetValueOrDefault(service) ?? throw new ToolException($"There is no service {service}; there are {string.Join(", ", _services.Keys)}.");

    public string ResetPassword(string email) => email.Contains('@', StringComparison.Ordinal) ? $"link sent to {email}" : throw new ToolException($"{email} is no address.");

    private IEnumerable<decimal> RefundsOf(string number) => !File.Exists(_ledger) ? [] : File.ReadLines(_ledger)
        .Select(line => line.Split(' '))
        .Where(parts => parts is [var of, _] && of == number)
        .Select(parts => decimal.Parse(parts[1], CultureInfo.InvariantCulture));

    private sealed record AccountFile(IReadOnlyList<BilledInvoice> Invoices, Dictionary<string, string> Services);
}
