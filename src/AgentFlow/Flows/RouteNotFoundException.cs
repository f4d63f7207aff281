namespace AgentFlow;

/// <summary>A <c>Route</c> has neither a case for the key nor an <c>Otherwise</c>.</summary>
public sealed class RouteNotFoundException : AgentFlowException
{
    internal RouteNotFoundException(StepPath path, object? key, IReadOnlyList<string> cases)
        : base($"'{path}': no case for '{key ?? "null"}' among {string.Join(", ", cases)}. Add a case for it, or .Otherwise(…).")
    {
        Path = path;
        Key = key;
        Cases = cases;
    }

    /// <summary>The verb.</summary>
    public StepPath Path { get; }

    /// <summary>The key without a case.</summary>
    public object? Key { get; }

    /// <summary>The cases there are.</summary>
    public IReadOnlyList<string> Cases { get; }
}
