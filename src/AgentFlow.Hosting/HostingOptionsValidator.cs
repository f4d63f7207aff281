using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting;

internal sealed class HostingOptionsValidator : IValidateOptions<AgentFlowHostingOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    public ValidateOptionsResult Validate(string? name, AgentFlowHostingOptions options)
    {
        var timeout = options.DrainTimeout;
        if (timeout == Timeout.InfiniteTimeSpan || (timeout >= TimeSpan.Zero && timeout <= Longest)) return ValidateOptionsResult.Success;
        return ValidateOptionsResult.Fail(
            $"AgentFlowHostingOptions.DrainTimeout is {timeout}. Use zero to cancel executing runs at once, up to {Longest.TotalDays:0} days to wait for them, or Timeout.InfiniteTimeSpan to leave it to the host.");
    }
}
