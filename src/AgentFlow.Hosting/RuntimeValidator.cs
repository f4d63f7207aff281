using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentFlow.Hosting;

/// <summary>
/// Makes the runtime when the host starts, so that what is wrong with it stops the host instead of the first run, and checks the
/// registered flows against it.
/// </summary>
internal sealed class RuntimeValidator(IServiceProvider services) : IValidateOptions<AgentFlowHostingOptions>
{
    private readonly Lazy<ValidateOptionsResult> _found = new(() => Find(services));

    /// <summary>What is found at the start counts: agents of a registry come and go while the host runs, and stop nobody who asks for the options then.</summary>
    public ValidateOptionsResult Validate(string? name, AgentFlowHostingOptions options) => _found.Value;

    private static ValidateOptionsResult Find(IServiceProvider services)
    {
        var defects = services.GetRequiredService<FlowRuntime>().FindDefects();
        return defects.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(defects.Select(defect => defect.ToString()));
    }
}
