using AgentFlow;
using AgentFlow.Approvals;
using AgentFlow.Scheduling;

namespace ApprovalDesk;

/// <summary>What the library refuses, in the terms of HTTP. Its messages say what is wrong and what helps, so they are passed on.</summary>
internal sealed class Problems : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (StatusOf(exception) is { } status)
        {
            return TypedResults.Problem(exception.Message, statusCode: status, type: exception.GetType().Name);
        }
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        NotEntitledException or PolicyDeniedException => StatusCodes.Status403Forbidden,
        RequestAlreadyResolvedException or RequestClaimedException or StaleAnswerException or NoEscalationException or RunIdConflictException => StatusCodes.Status409Conflict,
        RequestNotOpenException => StatusCodes.Status404NotFound,
        RunRejectedException or RuntimeStoppingException or RunHeldException => StatusCodes.Status503ServiceUnavailable,
        // The answer does not fit the question.
        ArgumentException => StatusCodes.Status422UnprocessableEntity,
        _ => null,
    };
}
