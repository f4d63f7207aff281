using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <content>Assertions. All of them throw <see cref="FlowAssertionException"/> with what was expected, what there is, and the timeline.</content>
public sealed partial class RunJournal
{
    /// <summary>An effect yielded a result at each of these paths.</summary>
    /// <param name="paths">Paths or patterns.</param>
    /// <exception cref="FlowAssertionException">One did not.</exception>
    public RunJournal Executed(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths) Check(CompletedAt(path).Any(), $"'{path}' was not executed.", "executed were", Completed);
        return this;
    }

    /// <summary>So many effects yielded a result at paths that fit a pattern.</summary>
    /// <param name="path">A path or pattern.</param>
    /// <param name="times">How many; not negative.</param>
    /// <exception cref="FlowAssertionException">It was another number.</exception>
    public RunJournal Executed(string path, int times)
    {
        var actual = CompletedAt(path).Count();
        return Check(actual == times, $"'{path}' was executed {Times(actual)}, expected was {Times(times)}.", "executed were", Completed);
    }

    /// <summary>No effect was executed at any of these paths, with whatever outcome.</summary>
    /// <param name="paths">Paths or patterns.</param>
    /// <exception cref="FlowAssertionException">One was.</exception>
    public RunJournal DidNotExecute(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths)
        {
            var found = Effects.Where(Fits(path)).ToList();
            Check(found.Count == 0, $"'{path}' was executed, and should not have been.", "found were", found);
        }

        return this;
    }

    /// <summary>Effects yielded results at these paths in this order, others in between or not.</summary>
    /// <param name="paths">Paths or patterns.</param>
    /// <exception cref="FlowAssertionException">They did not.</exception>
    public RunJournal ExecutedInOrder(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var from = 0;
        foreach (var path in paths)
        {
            var fits = Fits(path);
            var at = Completed.ToList().FindIndex(from, entry => fits(entry));
            Check(at >= 0, $"'{path}' was not executed{(from == 0 ? "" : $" after '{Completed[from - 1].Path}'")}.", "executed were, in this order", Completed);
            from = at + 1;
        }

        return this;
    }

    /// <summary>So many effects have an outcome, result or failure.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="FlowAssertionException">It is another number.</exception>
    public RunJournal HasEffects(int count) =>
        Check(Effects.Count == count, $"{Effects.Count} effects were executed, expected were {count}.", "executed were", Effects);

    /// <summary>
    /// The flow decided for a value at a path: the key of a route's case (or <c>otherwise</c>), whether a loop went on, a value of
    /// its own.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="path">A path or pattern.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="FlowAssertionException">It decided otherwise, or not at all.</exception>
    public RunJournal Decided<T>(string path, T value) => Check(
        Decisions.Where(Fits(path)).Cast<DecisionMadeEntry>().Any(decision => IsFor(decision, value)),
        $"No decision for {ContentLines.OfValueInLine(value)} was made at '{path}'.", "decided was", Decisions);

    /// <summary>A tool was called.</summary>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="where">Which calls count, for example by their arguments; all when omitted.</param>
    /// <param name="times">How many; when omitted, at least one.</param>
    /// <exception cref="FlowAssertionException">It was not, or another number of times.</exception>
    public RunJournal CalledTool(string tool, Func<RecordedToolCall, bool>? where = null, int? times = null)
    {
        var found = ToolCalls.Count(call => call.Tool == tool && (where is null || where(call)));
        return Check(
            times is null ? found > 0 : found == times,
            $"Tool '{tool}' was called {Times(found)}{(where is null ? "" : " in the way that was asked for")}, expected was {(times is { } n ? Times(n) : "at least once")}.",
            "called were", ToolCalls);
    }

    /// <summary>A tool was not called.</summary>
    /// <param name="tool">The name of the tool.</param>
    /// <exception cref="FlowAssertionException">It was.</exception>
    public RunJournal DidNotCallTool(string tool) => CalledTool(tool, times: 0);

    /// <summary>Models were called so many times, by one agent or by all.</summary>
    /// <param name="times">How many times.</param>
    /// <param name="agent">The agent; all when omitted.</param>
    /// <exception cref="FlowAssertionException">It was another number.</exception>
    public RunJournal CalledModel(int times, string? agent = null)
    {
        var found = ModelCalls.Count(call => agent is null || call.Agent == agent);
        return Check(found == times, $"Models were called {Times(found)}{(agent is null ? "" : $" by '{agent}'")}, expected was {Times(times)}.", "called were", ModelCalls);
    }

    /// <summary>A human was asked.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="where">Which requests count; all when omitted.</param>
    /// <exception cref="FlowAssertionException">Nobody was asked that.</exception>
    public RunJournal Asked(string name, Func<ApprovalRequest, bool>? where = null) => Check(
        Requests.Any(each => each.Request.Name == name && (where is null || where(each.Request))),
        $"Nobody was asked '{name}'{(where is null ? "" : " in the way that was asked for")}.", "asked was", Requests);

    /// <summary>A human was asked and answered in a certain way.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="outcome">The way.</param>
    /// <exception cref="FlowAssertionException">Nobody was asked that, or the answer was another.</exception>
    public RunJournal Answered(string name, ApprovalOutcome outcome) => Check(
        Requests.Any(each => each.Request.Name == name && each.Decision?.Outcome == outcome),
        $"No request '{name}' was answered with {outcome}.", "asked was", Requests);

    /// <summary>Something happened to a request before it was resolved: it was claimed, delegated, escalated, approved by one of several.</summary>
    /// <param name="kind">What.</param>
    /// <param name="name">The request's name.</param>
    /// <param name="by">Who did it; anybody, the deadline included, when omitted.</param>
    /// <exception cref="FlowAssertionException">It did not.</exception>
    public RunJournal RequestWas(RequestChangeKind kind, string name, string? by = null) => Check(
        Requests.Any(each => each.Request.Name == name && each.Changes.Any(change => change.Kind == kind && (by is null || change.By?.User == by))),
        $"No request '{name}' was {kind}{(by is null ? "" : $" by '{by}'")}.", "happened has", [.. Requests.SelectMany(each => each.Changes)]);

    /// <summary>Nobody was asked.</summary>
    /// <param name="name">The request's name; when omitted, nobody was asked anything.</param>
    /// <exception cref="FlowAssertionException">Somebody was.</exception>
    public RunJournal DidNotAsk(string? name = null)
    {
        var found = Requests.Where(each => name is null || each.Request.Name == name).ToList();
        return Check(found.Count == 0, "A human was asked, and should not have been.", "asked was", found);
    }

    /// <summary>An effect failed for good.</summary>
    /// <param name="path">A path or pattern.</param>
    /// <param name="errorType">The full name of the exception's type, or a name of the engine's such as <c>Timeout</c>; any when omitted.</param>
    /// <exception cref="FlowAssertionException">None did.</exception>
    public RunJournal Failed(string path, string? errorType = null) => Check(
        Failures.Where(Fits(path)).Any(failure => errorType is null || ((EffectFailedEntry)failure).ErrorType == errorType),
        $"'{path}' did not fail{(errorType is null ? "" : $" with {errorType}")}.", "failed have", Failures);

    /// <summary>An effect failed for good with an exception of exactly this type.</summary>
    /// <typeparam name="TException">The type.</typeparam>
    /// <param name="path">A path or pattern.</param>
    /// <exception cref="FlowAssertionException">None did.</exception>
    public RunJournal Failed<TException>(string path)
        where TException : Exception => Failed(path, typeof(TException).FullName);

    /// <summary>No effect failed for good.</summary>
    /// <exception cref="FlowAssertionException">One did.</exception>
    public RunJournal NothingFailed() => Check(Failures.Count == 0, "Effects failed.", "failed have", Failures);

    /// <summary>A policy denied something at a path.</summary>
    /// <param name="path">A path or pattern.</param>
    /// <param name="policy">The policy's name; any when omitted.</param>
    /// <exception cref="FlowAssertionException">None did.</exception>
    public RunJournal Denied(string path, string? policy = null)
    {
        var judgements = Entries.OfType<PolicyDecidedEntry>().ToList();
        return Check(
            judgements.Where(entry => entry.Effect == Policies.PolicyEffect.Deny && (policy is null || entry.Policy == policy)).Any(Fits(path)),
            $"Nothing was denied at '{path}'{(policy is null ? "" : $" by policy '{policy}'")}.", "policies have", judgements);
    }
}
