using System.Security.Claims;
using AgentFlow;
using AgentFlow.Approvals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ApprovalDesk;

/// <summary>What is asked, and the answers.</summary>
internal static class RequestEndpoints
{
    public static void MapRequests(this IEndpointRouteBuilder app)
    {
        app.MapGet("/requests", ListAsync);
        app.MapGet("/requests/{**id}", ReadAsync);
        app.MapPost("/requests/{**id}", AnswerAsync);
    }

    /// <summary>What the caller could approve now.</summary>
    private static async Task<IResult> ListAsync(ClaimsPrincipal user, FlowRuntime runtime, CancellationToken cancellationToken)
    {
        var caller = user.AsCaller();
        var open = await runtime.Requests.ListAsync(new() { AnswerableBy = caller }, cancellationToken);
        return TypedResults.Ok(open.Where(status => Operators.MayAnswer(status.Request, caller)).Select(RequestView.Of));
    }

    private static async Task<IResult> ReadAsync(string id, ClaimsPrincipal user, FlowRuntime runtime, CancellationToken cancellationToken)
    {
        var caller = user.AsCaller();
        var status = await runtime.Requests.FindAsync(id, cancellationToken);
        return status is not null && (caller.Roles.Count > 0 || caller.User == status.Request.Principal.User) ? TypedResults.Ok(RequestView.Of(status)) : TypedResults.NotFound();
    }

    private static async Task<IResult> AnswerAsync(
        string id, Answer answer, [FromHeader(Name = "Idempotency-Key")] string? key, ClaimsPrincipal user, FlowRuntime runtime, CancellationToken cancellationToken)
    {
        var (inbox, by) = (runtime.Requests, user.AsCaller());
        var status = await inbox.FindAsync(id, cancellationToken);
        if (status is not null && !Operators.MayAnswer(status.Request, by)) return TypedResults.Problem(Operators.Demand, statusCode: StatusCodes.Status403Forbidden);
        return answer.Act switch
        {
            "claim" => Now(await inbox.ClaimAsync(id, by)),
            "release" => Now(await inbox.ReleaseAsync(id, by, answer.Reason)),
            "delegate" => Now(await inbox.DelegateAsync(id, by, answer.To ?? "", answer.Reason)),
            "escalate" => Now(await inbox.EscalateAsync(id, by, answer.Reason)),
            _ => TypedResults.Ok(Answered.Of(await inbox.ResolveAsync(id, answer.ToDecision(inbox, status?.Request, by, key)))),
        };
    }

    private static Ok<RequestView> Now(RequestStatus status) => TypedResults.Ok(RequestView.Of(status));
}
