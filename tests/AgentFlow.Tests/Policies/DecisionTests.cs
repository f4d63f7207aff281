using AgentFlow.Journaling;
using AgentFlow.Policies;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Policies;

/// <summary>Allow, deny and replace, before and after an effect.</summary>
public class DecisionTests
{
    private readonly List<int> _executed = [];

    [Fact]
    public void A_denial_stops_the_effect_and_reaches_the_flow()
    {
        var run = Finish(Catching(), Rule.OnStep("night", _ => PolicyDecision.Deny("not at night")));
        Assert.Equal("PolicyDenied: night: not at night at flow/pay", run.Value());
        Assert.Empty(_executed);
        Assert.Equal(["RunStarted flow", "PolicyDecided flow/pay", "EffectFailed flow/pay", "RunCompleted flow"], run.Journal());
        var decided = run.Entries.OfType<PolicyDecidedEntry>().Single();
        Assert.Equal(("night", PolicyOperation.RunStep, PolicyPhase.Request, PolicyEffect.Deny, "not at night"), (decided.Policy, decided.Operation, decided.Phase, decided.Effect, decided.Reason));
    }

    [Fact]
    public void A_denial_is_replayed_without_asking_again()
    {
        var rule = Rule.OnStep("night", _ => PolicyDecision.Deny("not at night"));
        var test = NewTest(rule);
        var run = Finish(test, Catching());
        var resumed = test.Runtime.Resume(Catching(), [.. run.Entries.Take(3)]);
        test.Finish(resumed);
        Assert.Equal(run.Value(), resumed.Value());
        Assert.Single(rule.Asked);
    }

    [Fact]
    public void An_allowing_policy_leaves_no_entry()
    {
        var run = Finish(Catching(), Rule.OnStep("fine", _ => PolicyDecision.Allow));
        Assert.Equal("10", run.Value());
        Assert.Equal(["RunStarted flow", "EffectCompleted flow/pay", "RunCompleted flow"], run.Journal());
    }

    [Fact]
    public void A_denial_of_any_policy_overrides_the_others_and_ends_the_questions()
    {
        var last = Rule.OnStep("last", _ => PolicyDecision.Allow);
        var run = Finish(
            Catching(),
            Rule.OnStep("first", _ => PolicyDecision.RequireApproval("really?")),
            Rule.OnStep("second", _ => PolicyDecision.Replace(20, "more")),
            Rule.OnStep("third", _ => PolicyDecision.Deny("no")),
            last);
        Assert.Equal("PolicyDenied: third: no at flow/pay", run.Value());
        Assert.Empty(last.Asked);
        Assert.DoesNotContain(run.Entries, entry => entry.Kind == JournalEntryKind.RequestOpened);
    }

    [Fact]
    public void A_replaced_input_is_what_the_next_policy_and_the_body_see()
    {
        object? seen = null;
        var run = Finish(
            Catching(),
            Rule.OnStep("limit", request => PolicyDecision.Replace(Math.Min((int)request.Content.Value!, 5), "at most 5")),
            Rule.OnStep("witness", request =>
            {
                seen = request.Content.Value;
                return PolicyDecision.Allow;
            }));
        Assert.Equal("5", run.Value());
        Assert.Equal(5, seen);
        Assert.Equal([5], _executed);
        Assert.Equal(PolicyEffect.Replace, run.Entries.OfType<PolicyDecidedEntry>().Single().Effect);
    }

    [Fact]
    public void A_replacement_of_another_type_is_a_denial() =>
        Assert.Equal(
            "PolicyDenied: limit: its replacement is string, not int at flow/pay",
            Finish(Catching(), Rule.OnStep("limit", _ => PolicyDecision.Replace("five", "at most 5"))).Value());

    [Fact]
    public void A_policy_that_throws_or_decides_nothing_denies()
    {
        // A reason may reach a model: what the exception says stays in the log.
        Assert.Equal(
            "PolicyDenied: broken: the policy failed, which denies; the log has the rest at flow/pay",
            Finish(Catching(), Rule.OnStep("broken", _ => throw new IOException("no network"))).Value());
        Assert.Equal("PolicyDenied: silent: policy 'silent' returned null at flow/pay", Finish(Catching(), Rule.OnStep("silent", _ => null!)).Value());
        Assert.Empty(_executed);
    }

    [Fact]
    public void A_replaced_result_is_what_is_recorded_and_replayed()
    {
        var test = NewTest(Rule.OnResult("round", request => PolicyDecision.Replace((int)request.Content.Value! * 100, "in cents")));
        var run = Finish(test, Catching());
        Assert.Equal("1000", run.Value());
        Assert.Equal(1000, run.Entries.OfType<EffectCompletedEntry>().Single().Value);
        var resumed = test.Runtime.Resume(Catching(), [.. run.Entries.SkipLast(1)]);
        test.Finish(resumed);
        Assert.Equal("1000", resumed.Value());
    }

    /// <summary>What has happened is journaled as completed; only the result is withheld, live and on replay.</summary>
    [Fact]
    public void A_withheld_result_has_happened_all_the_same()
    {
        var allows = false;
        var rule = Rule.OnResult("secret", _ => allows ? PolicyDecision.Allow : PolicyDecision.Deny("nobody may know"));
        var test = NewTest(rule);
        var run = Finish(test, Catching());
        Assert.Equal("PolicyDenied: secret: nobody may know at flow/pay", run.Value());
        var completed = run.Entries.OfType<EffectCompletedEntry>().Single();
        Assert.Equal((10, "secret: nobody may know"), ((int)completed.Value!, completed.Withheld));
        Assert.Equal([10], _executed);
        allows = true;
        var resumed = test.Runtime.Resume(Catching(), [.. run.Entries.Take(completed.Sequence)]);
        test.Finish(resumed);
        Assert.Equal(run.Value(), resumed.Value());
        Assert.Equal([10], _executed);
        Assert.Single(rule.Asked);
    }

    [Fact]
    public void A_question_about_a_result_withholds_it()
    {
        var run = Finish(Catching(), Rule.OnResult("late", _ => PolicyDecision.RequireApproval("is it right?")));
        Assert.StartsWith("PolicyDenied: late: is it right? (the result is withheld", run.Value(), StringComparison.Ordinal);
    }

    /// <summary>The effect happened, the run was cancelled before its result was judged: it is on record, and nobody gets it.</summary>
    [Fact]
    public void A_result_that_was_never_judged_is_withheld()
    {
        var test = NewTest(new Hesitant());
        var run = test.Start(Catching(), 10);
        test.Settle();
        _ = run.CancelAsync();
        test.Finish(run);
        test.Settle();
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal([10], _executed);
        Assert.NotNull(run.Entries.OfType<EffectCompletedEntry>().Single().Withheld);
    }

    [Fact]
    public void Facts_are_stated_by_the_engine_and_content_stands_apart()
    {
        PolicyRequest? seen = null;
        var test = NewTest(Rule.OnStep("witness", request =>
        {
            seen = request;
            return PolicyDecision.Allow;
        }));
        var options = new RunOptions
        {
            Id = "claim-1",
            Principal = new Principal("ada") { Tenant = "north" },
            Tags = new Dictionary<string, string> { ["channel"] = "post" },
            InputLabel = Label.Untrusted("post"),
        };
        var run = test.Start(Flow.FromCode<int, int>("flow", (x, ctx) => ctx.RunAsync(Pay(o => o.Effect(EffectClass.Irreversible)), x), version: 3), 10, options);
        test.Finish(run);
        Assert.Equal(
            ("claim-1", "flow/pay", "ada", "north", "flow", 3, "post", "pay", "flow", EffectClass.Irreversible, 1),
            ($"{seen!.Facts.RunId}", $"{seen.Facts.Path}", seen.Facts.Principal.User, seen.Facts.Principal.Tenant, seen.Facts.Flow, seen.Facts.FlowVersion, seen.Facts.Tags["channel"], seen.Facts.Target, seen.Facts.From, seen.Facts.Effect, seen.Facts.Attempt));
        Assert.Equal(test.Time.Start, seen.Facts.Time);
        Assert.True(seen.Content.TryGet<int>(out var value));
        Assert.Equal(10, value);
        Assert.False(seen.Content.TryGet<string>(out _));
        Assert.Equal("Untrusted, for everybody, from post", $"{seen.Content.Label}");
        Assert.Empty(seen.Content.Arguments);
        Assert.Equal(Label.Untrusted("post"), run.Entries.OfType<EffectCompletedEntry>().Single().Label);
    }

    [Fact]
    public void Policies_are_asked_in_their_order_before_anything_else_of_the_gate()
    {
        var order = new List<string>();
        var test = new VirtualRun(configure: options =>
        {
            options.Scheduler.AddLane("lane", 1);
            options.Policies.Add(Rule.On("one", request => Note("one", request), PolicyOperation.RunStep));
            options.Policies.Add(Rule.On("two", request => Note("two", request), PolicyOperation.RunStep));
        });
        var flow = Flow.Start<int>("flow").Then(Step.Create<int, int>("body", (x, ctx) =>
        {
            order.Add($"body {ctx.Attempt}");
            return ctx.Attempt == 1 ? throw new IOException("once") : x;
        }, o => o.Retry(1, TimeSpan.Zero).Lane("lane"))).Build();
        var run = test.Start(flow, 1);
        test.Finish(run);
        Assert.Equal(
            ["one Request", "two Request", "body 1", "one Retry", "two Retry", "body 2", "one Settle", "two Settle", "one Result", "two Result"], order);

        PolicyDecision Note(string name, PolicyRequest request)
        {
            order.Add($"{name} {request.Phase}");
            return PolicyDecision.Allow;
        }
    }

    [Fact]
    public void A_denied_retry_is_the_effects_failure()
    {
        var test = NewTest(new Rule("once", _ => PolicyDecision.Deny("no second try"), (PolicyOperation.RunStep, PolicyPhase.Retry)));
        var run = test.Start(Flow.Start<int>("flow").Then(Step.Create<int, int>("body", int (_, _) => throw new IOException("no"), o => o.Retry(5, TimeSpan.Zero))).Build(), 1);
        test.Finish(run);
        Assert.Equal("PolicyDenied", run.Failure().ErrorType);
        Assert.Single(run.Entries.OfType<PolicyDecidedEntry>());
    }

    [Fact]
    public void A_recorded_permission_without_an_outcome_is_not_reused()
    {
        var denies = false;
        var rule = Rule.OnStep("today", _ => denies ? PolicyDecision.Deny("not any more") : PolicyDecision.Allow);
        var test = NewTest(rule);
        var run = Finish(test, Catching());
        denies = true;
        var resumed = test.Runtime.Resume(Catching(), [.. run.Entries.Take(1)]);
        test.Finish(resumed);
        Assert.Equal("PolicyDenied: today: not any more at flow/pay", resumed.Value());
    }

    private static VirtualRun NewTest(params IPolicy[] policies) => new(configure: options =>
    {
        foreach (var policy in policies) options.Policies.Add(policy);
    });

    private FlowRun<string> Finish(Flow<int, string> flow, params IPolicy[] policies) => Finish(NewTest(policies), flow);

    private static FlowRun<string> Finish(VirtualRun test, Flow<int, string> flow)
    {
        var run = test.Start(flow, 10);
        test.Finish(run);
        return run;
    }

    private Flow<int, string> Catching() => Flow.FromCode<int, string>("flow", async (x, ctx) =>
    {
        try
        {
            return $"{await ctx.RunAsync(Pay(), x)}";
        }
        catch (EffectFailedException failure)
        {
            return $"{failure.ErrorType}: {failure.Message} at {failure.Path}";
        }
    });

    private Step<int, int> Pay(Action<StepOptions<int, int>>? options = null) => Step.Create<int, int>("pay", (x, _) =>
    {
        _executed.Add(x);
        return x;
    }, options);

    /// <summary>Thinks about results until it is cancelled.</summary>
    private sealed class Hesitant : IPolicy
    {
        public string Name => "hesitant";

        public bool Covers(PolicyOperation operation, PolicyPhase phase) => operation == PolicyOperation.RunStep && phase == PolicyPhase.Result;

        public async ValueTask<PolicyDecision> DecideAsync(PolicyRequest request, CancellationToken cancellationToken)
        {
            await new UntilCancelled(cancellationToken).Task;
            return PolicyDecision.Allow;
        }
    }
}
