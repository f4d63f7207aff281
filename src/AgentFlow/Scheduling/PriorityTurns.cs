namespace AgentFlow.Scheduling;

/// <summary>
/// Whose turn it is among waiting priorities: the highest, unless a lower one has been passed over often enough.
/// With all three waiting that is 8 : 4 : 1. The bounds are promised in <see cref="RunPriority"/>.
/// </summary>
internal struct PriorityTurns
{
    public const int Levels = 3;

    private const int NormalPatience = 2;
    private const int LowPatience = 12;

    private int _normalPassedOver;
    private int _lowPassedOver;

    /// <summary>At least one argument is true.</summary>
    public RunPriority Next(bool low, bool normal, bool high)
    {
        RunPriority next =
            low && _lowPassedOver >= LowPatience ? RunPriority.Low
            : normal && _normalPassedOver >= NormalPatience ? RunPriority.Normal
            : high ? RunPriority.High
            : normal ? RunPriority.Normal
            : RunPriority.Low;
        _lowPassedOver = low && next != RunPriority.Low ? _lowPassedOver + 1 : 0;
        _normalPassedOver = normal && next != RunPriority.Normal ? _normalPassedOver + 1 : 0;
        return next;
    }
}
