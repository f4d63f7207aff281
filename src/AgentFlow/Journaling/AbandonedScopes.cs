namespace AgentFlow.Journaling;

/// <summary>Where a replay need not consume what was recorded. Guarded by the run's lock.</summary>
internal sealed class AbandonedScopes
{
    private readonly HashSet<StepPath> _scopes = [];
    private readonly HashSet<StepPath> _steps = [];

    /// <summary>Everything at or below a path.</summary>
    public void Add(StepPath scope) => _scopes.Add(scope);

    /// <summary>Everything at or below a path and its further attempts, which are siblings of it.</summary>
    public void AddStep(StepPath path) => _steps.Add(path);

    public bool Cover(StepPath path)
    {
        for (var node = path; node is not null; node = node.Parent)
        {
            if (Names(node)) return true;
        }

        return false;
    }

    /// <summary>Whether this very path was abandoned, and not a scope around it.</summary>
    public bool Names(StepPath path) => _scopes.Contains(path) || _steps.Count > 0 && _steps.Contains(path.FirstAttempt());
}
