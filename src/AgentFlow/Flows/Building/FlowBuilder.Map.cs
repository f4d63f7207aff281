using System.Runtime.CompilerServices;

namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Changes the current value: pure, synchronous, free, not recorded and evaluated again on replay. After a fan-out the lambda
    /// may take the parts of the tuple: <c>.Map((a, b) =&gt; …)</c>.
    /// </summary>
    /// <typeparam name="TNext">What it becomes. Never a task.</typeparam>
    /// <param name="map">What it throws ends the flow with a <see cref="FlowCodeException"/>.</param>
    public FlowBuilder<TIn, TNext> Map<TNext>(Func<TCurrent, TNext> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var number = Scope.NextMap();
        if (AsyncTypes.Contains(typeof(TNext))) Scope.Report(number == 1 ? "(map)" : $"(map)#{number}", $"a Map yields {TypeNames.Short(typeof(TNext))}, which nobody would await", AsyncTypes.Cure);
        return Add(new MapNode<TIn, TCurrent, TNext>(_last, map, number));
    }
}
