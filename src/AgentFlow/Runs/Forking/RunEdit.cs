using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>
/// What is other in a fork than in the run it comes from: values that are recorded in the part it takes over, and the options. What is
/// recorded behind an edited value stays as it is: cut right behind it, and all that follows is done anew. Not thread-safe.
/// </summary>
public sealed class RunEdit
{
    private readonly RunId _from;
    private readonly IReadOnlyList<JournalEntry> _all;
    private readonly int _cut;
    private readonly Step _flow;
    private readonly FlowRuntime _runtime;
    private readonly SortedDictionary<int, JournalEntry> _edited = [];
    private RunOptions _options;

    internal RunEdit(RunId from, IReadOnlyList<JournalEntry> all, int cut, Step flow, RunOptions options, FlowRuntime runtime) =>
        (_from, _all, _cut, _flow, _options, _runtime) = (from, all, cut, flow, options, runtime);

    /// <summary>How the fork is started: at first as the run it comes from, under a new id. Its deadline counts anew.</summary>
    public RunOptions Options
    {
        get => _options;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _options = value;
        }
    }

    /// <summary>The input, when it is another one.</summary>
    internal GivenInput? NewInput { get; private set; }

    /// <summary>The edited entries by their place among those of the run.</summary>
    internal IReadOnlyDictionary<int, JournalEntry> Edited => _edited;

    /// <summary>The versions of registered agents that the fork uses.</summary>
    internal IReadOnlyList<AgentPin> Agents { get; set; } = [];

    /// <summary>
    /// Another version of a registered agent: what is recorded stays as it is, and what the agent does behind the cut follows the other instructions.
    /// </summary>
    /// <param name="name">The agent; the run has pinned it.</param>
    /// <param name="version">The version, active or not.</param>
    /// <exception cref="ForkException">The run has not pinned the agent, or the registry does not have the version.</exception>
    public RunEdit Agent(string name, int version)
    {
        var root = $"{_all[0].Path}";
        if (!Agents.Any(pin => pin.Agent == name)) throw new ForkException(_from, root, $"it has not pinned an agent '{name}'{(Agents.Count == 0 ? "" : $", but {string.Join(", ", Agents)}")}. Name one that its first entry says.");
        if (_runtime.Agents?.Find(name)?.Find(version) is not { } found) throw new ForkException(_from, root, $"the registry does not have version {version} of agent '{name}'. Use a registered one.");
        Agents = [.. Agents.Select(pin => pin.Agent == name ? new(name, version, found.Hash) : pin)];
        return this;
    }

    /// <summary>Another input. The policies judge it as that of any new run.</summary>
    /// <typeparam name="T">What the flow takes, exactly.</typeparam>
    /// <param name="value">The input.</param>
    /// <exception cref="ForkException">The flow takes another type.</exception>
    public RunEdit Input<T>(T value)
    {
        var root = $"{_all[0].Path}";
        if (typeof(T) != _flow.InputType) throw Misfit(root, "the input", value, typeof(T), TypeNames.Short(_flow.InputType), nameof(Input));
        NewInput = new(value);
        return this;
    }

    /// <summary>Another result of an effect, or a result in place of its failure.</summary>
    /// <typeparam name="T">What the step yields, exactly: a <c>ChatResponse</c> for a call of a model.</typeparam>
    /// <param name="path">The effect as its entry writes it, <c>refund/score</c>; its outcome is among the entries that the fork takes over.</param>
    /// <param name="value">The result.</param>
    /// <exception cref="ForkException">No outcome is recorded there before the cut, or one of another type.</exception>
    public RunEdit Result<T>(string path, T value)
    {
        var (at, recorded) = Find(path, "outcome of an effect", static entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true });
        var (step, attempt, detail) = recorded is EffectFailedEntry failed ? (failed.StepName, failed.Attempt, failed.Detail) : Parts((EffectCompletedEntry)recorded);
        if (recorded is EffectCompletedEntry { ResultType: var type } && WrittenType.Named<T>(type) is null && !IsUpcast<T>(type)) throw Misfit(path, $"the result of step '{step}'", value, typeof(T), type, nameof(Result));
        return Put(at, recorded, new EffectCompletedEntry<T>(recorded.Path, step, value) { Attempt = attempt, Detail = detail is null ? null : detail with { Withheld = null, ErrorType = null } });
    }

    /// <summary>Another choice: of a route, a loop (<see langword="true"/> goes on), a join, or <see cref="FlowContext.DecideAsync{T}(string, Func{T}, string?)"/>.</summary>
    /// <typeparam name="T">The type of the choice, exactly.</typeparam>
    /// <param name="path">The decision as its entry writes it; it is among the entries that the fork takes over.</param>
    /// <param name="value">The choice.</param>
    /// <exception cref="ForkException">No decision is recorded there before the cut, or one of another type.</exception>
    public RunEdit Decision<T>(string path, T value)
    {
        var (at, recorded) = Find(path, "decision", static entry => entry is DecisionMadeEntry);
        var decision = (DecisionMadeEntry)recorded;
        if (decision.ChoiceType is { } type && type != TypeNames.Short(typeof(T)) && !IsUpcast<T>(type)) throw Misfit(path, $"the decision {decision.Decision}", value, typeof(T), type, nameof(Decision));
        return Put(at, recorded, new DecisionMadeEntry<T>(recorded.Path, decision.Decision, value, decision.Reason) { Detail = decision.Detail });
    }

    /// <summary>Another answer to a request that has been answered. One that is still open at the cut is open in the fork, to be answered there.</summary>
    /// <param name="path">The request as its entry writes it; its answer is among the entries that the fork takes over.</param>
    /// <param name="decision">The answer. Nobody's role is checked: the host states it.</param>
    /// <exception cref="ForkException">No answer is recorded there before the cut, or the answer does not fit the request.</exception>
    public RunEdit Answer(string path, ApprovalDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var (at, recorded) = Find(path, "answer to a request", static entry => entry is RequestResolvedEntry { Decision.Outcome: not ApprovalOutcome.Withdrawn });
        var request = _all.Take(at).OfType<RequestOpenedEntry>().Last(entry => entry.Path.Equals(recorded.Path)).Request;
        try
        {
            // A request from a journal does not know its types: the answer gets one where the flow reads it.
            if (request.AnswerType == typeof(JsonElement) && decision.Value is { } value and not JsonElement) decision = decision.WithValue(JsonSerializer.SerializeToElement(value, _runtime.Json.GetTypeInfo(value.GetType())));
            DecisionRules.Check(request, decision);
        }
        catch (ArgumentException misfit)
        {
            throw new ForkException(_from, path, misfit.Message);
        }

        return Put(at, recorded, new RequestResolvedEntry(recorded.Path, request.Id, decision with { Digest = request.Digest }, DecisionRules.ValueTypeOf(request)));
    }

    /// <summary>Whether the flow reads values of that type as of this one by now.</summary>
    private bool IsUpcast<T>(string recordedType) => _runtime.Options.Upcasters.Find(typeof(T), recordedType) is not null;

    private static (string Step, int Attempt, EffectDetail? Detail) Parts(EffectCompletedEntry entry) => (entry.StepName, entry.Attempt, entry.Detail);

    private (int At, JournalEntry Entry) Find(string path, string what, Func<JournalEntry, bool> isIt)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        for (var at = _all.Count - 1; at >= 0; at--)
        {
            var entry = _all[at];
            if (!isIt(entry) || entry.Path.ToString() != path) continue;
            return at < _cut ? (at, entry) : throw new ForkException(_from, path, $"the {what} is entry {at + 1}, behind the cut at {_cut}. Cut at {at + 1} or later.");
        }

        throw new ForkException(_from, path, $"no {what} is recorded there. The paths stand in the run's Entries.");
    }

    private RunEdit Put(int at, JournalEntry recorded, JournalEntry edited)
    {
        edited.Label = recorded.Label;
        _edited[at] = edited;
        return this;
    }

    private ForkException Misfit(string path, string what, object? value, Type given, string expected, string verb) =>
        new(_from, path, $"{what} is a {expected}, not a {TypeNames.Short(given)} ({EntryText.Cut(value?.ToString() ?? "null")}). Say the type: {verb}<{expected}>(…).");
}

/// <summary>The input that a fork starts from.</summary>
internal sealed record GivenInput(object? Value);
