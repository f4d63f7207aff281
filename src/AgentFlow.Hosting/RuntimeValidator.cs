using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting;

/// <summary>
/// Makes the runtime when the host starts, so that what is wrong with it stops the host instead of the first run, and checks the
/// registered flows against it.
/// </summary>
internal sealed class RuntimeValidator(IServiceProvider services) : IValidateOptions<AgentFlowHostingOptions>
{
    public ValidateOptionsResult Validate(string? name, AgentFlowHostingOptions options)
    {
        var defects = services.GetRequiredService<FlowRuntime>().FindDefects();
        return defects.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(defects.Select(defect => defect.ToString()));
    }
}
