using System.Text.Json;
using AgentFlow;

namespace ApprovalDesk;

/// <summary>What a customer bought.</summary>
public sealed record Order(string Number, string Customer, string Product, decimal Paid, DateOnly Bought);

/// <summary>The orders of the data file.</summary>
internal sealed class Orders
{
    private readonly Dictionary<string, Order> _byNumber;

    public Orders(IEnumerable<Order> orders) => _byNumber = orders.ToDictionary(order => order.Number, StringComparer.OrdinalIgnoreCase);

    public static Orders Load(string path) => new(JsonSerializer.Deserialize<List<Order>>(File.ReadAllText(path), JsonSerializerOptions.Web)!);

    public Order? Find(string? number) => number is null ? null : _byNumber.GetValueOrDefault(number);

    /// <summary>The step that the flow begins with. Its result is recorded: a later change of the file changes no open refund.</summary>
    public Step<RefundRequest, Refund> AsStep() => Step.Create<RefundRequest, Refund>(
        "load-order",
        (request, context) =>
        {
            var order = Find(request.Order) ?? throw new InvalidDataException($"There is no order {request.Order}.");
            var today = DateOnly.FromDateTime(context.Time.GetUtcNow().UtcDateTime);
            return new Refund(order, request.Amount ?? order.Paid, request.Words, today.DayNumber - order.Bought.DayNumber);
        },
        step => step.Effect(EffectClass.Read));
}
