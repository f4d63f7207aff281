namespace AgentFlow;

/// <summary>What all checks share: a value goes on when it is ready, and never otherwise.</summary>
internal abstract class CheckNode<TIn, TCurrent, T>(FlowNode<TIn, TCurrent> previous, string name, RuleSet<T> rules, int max)
    : PatternNode<TIn, TCurrent, T>(previous, name)
{
    private const string Decision = "(check)";

    protected RuleSet<T> Rules => rules;

    protected string Settings => $"max={max}; {rules.Settings}";

    /// <summary>Whether a value is ready; null when it is, otherwise why not. At the bound, and where nothing new comes, the verb ends.</summary>
    protected async ValueTask<IReadOnlyList<string>?> RefusalAsync(FlowContext scope, int round, T value, T? last, IReadOnlyList<string> lastReasons)
    {
        var at = scope.Path.Child(Decision, round);
        var verdict = await rules.JudgeAsync(scope, at, value).ConfigureAwait(false);
        if (verdict.IsReady) return null;
        if (round >= max) throw VerbCode.At(scope, scope.Path, new NotReadyException(scope.Path, verdict.Reasons, round, Cure));
        var repeats = round > 1 && lastReasons.SequenceEqual(verdict.Reasons, StringComparer.Ordinal)
            && scope.Finds(at.Child("(again)"), (value, last), static pair => EqualityComparer<T?>.Default.Equals(pair.value, pair.last), "the same value was refused for the same reasons before");
        if (repeats) throw VerbCode.At(scope, scope.Path, new LivelockException(scope.Path, [Maker], 2, $"It was told: {string.Join("; ", verdict.Reasons)}. Let it use the reasons it is given, or relax the rule.") { Reasons = verdict.Reasons });
        return verdict.Reasons;
    }

    /// <summary>Who makes the values.</summary>
    protected abstract string Maker { get; }

    protected abstract string Cure { get; }
}

/// <summary>A gate for a value that exists: refuses what is not ready.</summary>
internal sealed class GateNode<TIn, T>(FlowNode<TIn, T> previous, string name, RuleSet<T> rules) : CheckNode<TIn, T, T>(previous, name, rules, 1)
{
    protected override string Maker => Name;

    protected override string Cure => "Complete the data, or give the Check a step or a human to send it back to.";

    protected override async ValueTask<T> RunAsync(T value, FlowContext scope)
    {
        await RefusalAsync(scope, 1, value, default, []).ConfigureAwait(false);
        return value;
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        Rules.Describe(sketch);
        sketch.Add(sketch.Scope, Name, "check", typeof(T), typeof(T), Rules.Settings);
        sketch.Label("ready");
    }
}

/// <summary>A gate that sends what is not ready to somebody who mends it.</summary>
internal sealed class MendNode<TIn, T>(FlowNode<TIn, T> previous, string name, RuleSet<T> rules, int max, Mender<T> mender) : CheckNode<TIn, T, T>(previous, name, rules, max)
{
    protected override string Maker => mender.Name;

    protected override string Cure => "Raise max, or look at why the reasons did not help.";

    protected override async ValueTask<T> RunAsync(T value, FlowContext scope)
    {
        var task = value;
        T? last = default;
        IReadOnlyList<string> reasons = [];
        for (var round = 1; ; round++)
        {
            if (await RefusalAsync(scope, round, value, last, reasons).ConfigureAwait(false) is not { } refusal) return value;
            (last, reasons) = (value, refusal);
            value = await mender.MendAsync(scope, new(task, round + 1, last, reasons)).ConfigureAwait(false);
        }
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        var mark = sketch.Mark;
        Rules.Describe(sketch);
        sketch.Add(sketch.Scope, Name, "check", typeof(T), typeof(T), Settings);
        var decision = sketch.Ends;
        sketch.Label("not ready");
        mender.Describe(sketch);
        foreach (var end in sketch.Ends) sketch.Again(end.Id, mark, null);
        sketch.Ends = decision;
        sketch.Label("ready");
    }
}

/// <summary>A step whose result is checked, and which gets it back with the reasons.</summary>
internal sealed class MakeNode<TIn, TTask, T>(FlowNode<TIn, TTask> previous, string name, StepUse<Redo<TTask, T>, T> maker, RuleSet<T> rules, int max)
    : CheckNode<TIn, TTask, T>(previous, name, rules, max)
{
    protected override string Maker => maker.Step.Name;

    protected override string Cure => "Raise max, or look at why the reasons did not help.";

    protected override async ValueTask<T> RunAsync(TTask task, FlowContext scope)
    {
        var work = new Redo<TTask, T>(task, 1, default, []);
        while (true)
        {
            var result = await scope.RunAsync(maker.Step, work).ConfigureAwait(false);
            if (await RefusalAsync(scope, work.Round, result, work.Last, work.Reasons).ConfigureAwait(false) is not { } reasons) return result;
            work = new(task, work.Round + 1, result, reasons);
        }
    }

    protected override void DescribeInside(FlowSketch sketch)
    {
        var mark = sketch.Mark;
        maker.Describe(sketch);
        Rules.Describe(sketch);
        sketch.Add(sketch.Scope, Name, "check", typeof(TTask), typeof(T), Settings);
        sketch.Again(sketch.Scope, mark, "not ready");
        sketch.Label("ready");
    }
}
