namespace AgentFlow;

/// <summary>The frozen rules of an assignment.</summary>
internal sealed record AssignPlan<TIn, TOut>(CandidateSource<TIn, TOut> Candidates, string[] FixedNeeds, Func<TIn, IEnumerable<string>>? Needs, AssignRule<TIn> Rule, int Attempts)
{
    public IReadOnlyList<string> NeedsOf(TIn task) => Needs is null ? FixedNeeds : [.. FixedNeeds, .. Needs(task) ?? []];
}

/// <summary>Gives a task to one of several who are able, and to the next when that one fails. The n-th choice is a decision at <c>name/(assignment)#n</c>.</summary>
internal sealed class AssignNode<TIn, TCurrent, TOut>(FlowNode<TIn, TCurrent> previous, string name, AssignPlan<TCurrent, TOut> plan) : PatternNode<TIn, TCurrent, TOut>(previous, name)
{
    protected override async ValueTask<TOut> RunAsync(TCurrent task, FlowContext scope)
    {
        var failures = new List<FailedParticipant>();
        while (true)
        {
            var chosen = Choose(scope, task, failures);
            try
            {
                return await scope.RunAsync(chosen.Use.Step, task).ConfigureAwait(false);
            }
            catch (Exception exception) when (Participant.MayBeReplaced(exception))
            {
                failures.Add(new(chosen.Name, EffectOutcome.TypeOf(exception), EffectOutcome.MessageOf(exception)));
            }
            finally
            {
                scope.Run.Unassign(chosen.Name);
            }
        }
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        sketch.Add(sketch.Scope, Name, "assign", typeof(TCurrent), typeof(TOut), $"by={plan.Rule.Name}{(plan.FixedNeeds.Length == 0 ? "" : $"; needs={string.Join(",", plan.FixedNeeds)}")}{(plan.Attempts == int.MaxValue ? "" : $"; attempts={plan.Attempts}")}");
        plan.Candidates.Describe(sketch);
    }

    private AssignCandidate<TCurrent, TOut> Choose(FlowContext scope, TCurrent task, List<FailedParticipant> failures)
    {
        var workload = scope.Run.Runtime.Workload;
        var at = scope.Path.Child("(assignment)", failures.Count + 1);
        if (!plan.Rule.LooksAround) return Take();
        lock (workload.Choosing) return Take();

        AssignCandidate<TCurrent, TOut> Take()
        {
            string? reason = null;
            var name = scope.Choose(at, () => Prefer(scope, task, failures, out reason), static decide => decide(), (_, _) => reason);
            var chosen = plan.Candidates.Named(scope, name) ?? throw new FlowNondeterminismException(at, $"the assignment to '{name}'", $"a choice of {plan.Candidates.Known}");
            scope.Run.Assign(name);
            return chosen;
        }
    }

    private string Prefer(FlowContext scope, TCurrent task, List<FailedParticipant> failures, out string reason)
    {
        var needs = VerbCode.Run(scope, scope.Path, "the needs of an Assign", plan.NeedsOf, task);
        var able = plan.Candidates.Find(scope, needs);
        if (able.Count == 0) throw VerbCode.At(scope, scope.Path, new NoCandidateException(scope.Path, needs, plan.Candidates.Known));
        IAssignable[] left = [.. able.Where(candidate => !failures.Exists(failure => failure.From == candidate.Name))];
        if (left.Length == 0 || failures.Count >= plan.Attempts) throw VerbCode.At(scope, scope.Path, new AssignmentException(scope.Path, failures));
        var (index, because) = VerbCode.Run(scope, scope.Path, "the rule of an Assign", question => plan.Rule.Choose(question), new AssignQuestion<TCurrent>(task, able, left, plan, scope.Run.Runtime.Workload));
        reason = $"{(failures.Count == 0 ? "" : $"{failures[^1].From} failed with {failures[^1].ErrorType}: {failures[^1].Message}; ")}{left[index].Name} is {because}{(needs.Count == 0 ? "" : $" of those capable of {string.Join(" and ", needs)}")}";
        return left[index].Name;
    }
}
