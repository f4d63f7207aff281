namespace AgentFlow;

/// <summary>What became of the steps of all plans of a verb in one run.</summary>
internal sealed class PlanLedger<TResult>
{
    private readonly List<PlanProgress<TResult>> _lines = [];
    private readonly Dictionary<string, TResult> _done = new(StringComparer.Ordinal);

    /// <summary>A snapshot: planners and results keep it.</summary>
    public IReadOnlyList<PlanProgress<TResult>> Lines => [.. _lines];

    public IReadOnlyCollection<string> Done => _done.Keys;

    public TResult ResultOf(string id) => _done[id];

    /// <summary>Enters what became of a plan. What failed before and is planned again gets a new line in the place of the old one.</summary>
    /// <returns>What happened, in words for the journal, and whether everything is done.</returns>
    public (bool IsComplete, string Summary) Enter(TaskPlan plan, Func<int, Outcome<TResult>> outcomes)
    {
        var counts = new int[3];
        var failures = new List<string>();
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var (step, outcome) = (plan.Steps[i], outcomes(i));
            var state = outcome.IsSuccess ? PlanStepState.Done : outcome.ErrorType == PlanBranch<int, int>.Skipped ? PlanStepState.Skipped : PlanStepState.Failed;
            counts[(int)state]++;
            if (state == PlanStepState.Done) _done[step.Id] = outcome.Value!;
            if (state == PlanStepState.Failed) failures.Add($"{step.Id}: {outcome.ErrorType}: {outcome.Message}");
            var reason = state switch
            {
                PlanStepState.Done => null,
                PlanStepState.Skipped => outcome.Message,
                _ => PatternFailures.ForModel(outcome.ErrorType!, outcome.Message!),
            };
            _lines.RemoveAll(line => line.Id == step.Id);
            _lines.Add(new(step.Id, step.Task, step.Capability, state, outcome.ValueOrDefault, reason));
        }

        var summary = $"{counts[0]} done, {counts[1]} failed, {counts[2]} skipped{(failures.Count == 0 ? "" : $": {string.Join(" | ", failures)}")}";
        return (counts[0] == plan.Steps.Count, summary);
    }
}
