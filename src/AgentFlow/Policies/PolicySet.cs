namespace AgentFlow.Policies;

/// <summary>The policies of one runtime, in the order they were added, with the question "does any of them care" answered up front.</summary>
internal sealed class PolicySet
{
    private const int Phases = 4;
    private readonly IPolicy[][] _table;

    public PolicySet(IReadOnlyList<IPolicy> policies, IReadOnlyList<IObligationHandler> handlers)
    {
        IsEmpty = policies.Count == 0;
        Handlers = handlers;
        var operations = Enum.GetValues<PolicyOperation>();
        _table = new IPolicy[operations.Length * Phases][];
        foreach (var operation in operations)
        {
            foreach (var phase in Enum.GetValues<PolicyPhase>())
            {
                _table[Index(operation, phase)] = [.. policies.Where(policy => policy.Covers(operation, phase))];
            }
        }
    }

    public bool IsEmpty { get; }

    public IReadOnlyList<IObligationHandler> Handlers { get; }

    public IPolicy[] For(PolicyOperation operation, PolicyPhase phase) => _table[Index(operation, phase)];

    public bool Covers(PolicyOperation operation, PolicyPhase phase) => For(operation, phase).Length > 0;

    /// <summary>Whether any phase of the operation is judged.</summary>
    public bool Covers(PolicyOperation operation)
    {
        for (var phase = 0; phase < Phases; phase++)
        {
            if (_table[((int)operation * Phases) + phase].Length > 0) return true;
        }

        return false;
    }

    private static int Index(PolicyOperation operation, PolicyPhase phase) => ((int)operation * Phases) + (int)phase;
}
