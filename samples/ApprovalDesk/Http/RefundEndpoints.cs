using System.Security.Claims;
using AgentFlow;

namespace ApprovalDesk;

/// <summary>Starting refunds and reading what became of them.</summary>
internal static class RefundEndpoints
{
    public static void MapRefunds(this IEndpointRouteBuilder app)
    {
        app.MapPost("/refunds", StartAsync);
        app.MapGet("/runs/{id}", ReadAsync);
    }

    /// <summary>There is one refund per order: the id of its run says so. The same request again, after a timeout for example, finds the same run.</summary>
    private static async Task<IResult> StartAsync(RefundRequest request, ClaimsPrincipal user, FlowRuntime runtime, Orders orders)
    {
        if (orders.Find(request.Order) is not { } order) throw new ArgumentException($"There is no order '{request.Order}'.");
        if (string.IsNullOrWhiteSpace(request.Words)) throw new ArgumentException("Say why, in the customer's words: \"words\".");
        if (request.Amount is { } amount && (amount <= 0 || amount > order.Paid)) throw new ArgumentException($"Order {order.Number} was {order.Paid}: more than that, or nothing, cannot be paid back.");
        var run = await runtime.StartAsync(
            runtime.GetFlow<RefundRequest, string>(RefundFlow.Name), request with { Order = order.Number }, new RunOptions { Id = $"refund-{order.Number}", Principal = user.AsCaller() });
        return TypedResults.Accepted($"/runs/{run.Id}", new { Run = run.Id.ToString(), Href = $"/runs/{run.Id}" });
    }

    private static async Task<IResult> ReadAsync(string id, ClaimsPrincipal user, FlowRuntime runtime, CancellationToken cancellationToken)
    {
        var entries = await runtime.ReadEntriesAsync(RunId.Parse(id), cancellationToken);
        return RunView.Of(entries) is { } run && run.MayBeReadBy(user.AsCaller()) ? TypedResults.Ok(run) : TypedResults.NotFound();
    }
}
