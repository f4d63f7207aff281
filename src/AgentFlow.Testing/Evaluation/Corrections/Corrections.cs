using System.Collections;
using System.Diagnostics;
using System.Text.Json;
using AgentFlow.Journaling;

namespace AgentFlow.Testing;

/// <summary>
/// What humans corrected in runs, in order: modified approvals and replaced results. Each is a case that the flow, or the step concerned,
/// should get right next time.
/// <code>
/// var corrections = await Corrections.FromAsync(runtime);
/// await EvaluationCases.SaveAsync(corrections.CasesFor(assess), "assess.cases.json");
/// </code>
/// </summary>
/// <remarks>
/// Journals keep results and not what steps were given: each corrected run is replayed in memory to learn it, which executes no effect
/// and writes nothing. Corrections hold what the runs were about: keep them as you keep the journal.
/// </remarks>
[DebuggerDisplay("{Count} corrections")]
public sealed class Corrections : IReadOnlyList<Correction>
{
    private readonly IReadOnlyList<Correction> _all;
    private readonly JsonSerializerOptions _json;

    internal Corrections(IReadOnlyList<Correction> all, IReadOnlyList<string> unread, JsonSerializerOptions json) => (_all, Unread, _json) = (all, unread, json);

    /// <inheritdoc/>
    public int Count => _all.Count;

    /// <summary>Runs that were corrected and cannot be replayed, each with the reason: its flow is not registered or has changed. Their corrections are there, without a step.</summary>
    public IReadOnlyList<string> Unread { get; }

    /// <inheritdoc/>
    public Correction this[int index] => _all[index];

    /// <summary>What was corrected in a run of this process.</summary>
    /// <param name="run">The run; it need not have ended.</param>
    /// <exception cref="NotSupportedException">It was corrected, and a value of it cannot be serialized.</exception>
    public static async Task<Corrections> FromAsync(FlowRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var found = new CorrectionSearch(run.Runtime.Options);
        await found.AddAsync(run).ConfigureAwait(false);
        return found.Result();
    }

    /// <summary>What was corrected in all runs of a runtime: those in its journal, or, without one, those still in memory.</summary>
    /// <param name="runtime">The runtime. Flows of stored runs must be in <see cref="FlowRuntime.Steps"/>.</param>
    /// <param name="cancellationToken">Ends the search between two runs.</param>
    /// <exception cref="NotSupportedException">A value of a corrected run in memory cannot be serialized.</exception>
    public static async Task<Corrections> FromAsync(FlowRuntime runtime, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (runtime.Options.Journal is { } journal) return await FromAsync(journal, runtime.Options, cancellationToken).ConfigureAwait(false);
        var found = new CorrectionSearch(runtime.Options);
        foreach (var run in runtime.Runs.OrderBy(static run => run.Entries[0].Time).ThenBy(static run => $"{run.Id}", StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await found.AddAsync(run).ConfigureAwait(false);
        }

        return found.Result();
    }

    /// <summary>What was corrected in all runs of a journal.</summary>
    /// <param name="journal">The journal; it is only read.</param>
    /// <param name="options">As of the runtime that wrote it: flows in <see cref="FlowRuntimeOptions.Steps"/>, serializer, lanes.</param>
    /// <param name="cancellationToken">Ends the search between two runs.</param>
    public static async Task<Corrections> FromAsync(IJournal journal, FlowRuntimeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(options);
        var found = new CorrectionSearch(options);
        await foreach (var run in journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            await found.AddAsync(await journal.ReadAsync(run.RunId, 0, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return found.Result();
    }

    /// <summary>
    /// The corrections as cases for a flow, an agent or a step: those of its results, with what it was given as input and the human's value as
    /// expected; for the flow of a run, those that became its result. Values of another type are left out.
    /// </summary>
    /// <remarks>A flow that asks a human asks again in an evaluation: script the answer, <c>host.Answers.Approve("adjuster")</c>.</remarks>
    /// <typeparam name="TIn">What it takes.</typeparam>
    /// <typeparam name="TOut">What it yields.</typeparam>
    /// <param name="step">The flow, agent or step.</param>
    /// <exception cref="EvaluationDefinitionException">A value no longer fits the type of the step; lists all of them.</exception>
    public IReadOnlyList<EvaluationCase<TIn, TOut>> CasesFor<TIn, TOut>(Step<TIn, TOut> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var cases = new List<EvaluationCase<TIn, TOut>>();
        var defects = new List<string>();
        foreach (var each in _all.Where(each => each.ValueType is null || each.ValueType == TypeNames.Short(typeof(TOut))))
        {
            var input = each.Step == step.Name ? each.StepInput : each.IsResult && each.Flow == step.Name ? each.FlowInput : null;
            if (input is not { } given) continue;
            try
            {
                cases.Add(new(each.Name, Read<TIn>(given), Read<TOut>(each.Value)) { Tags = ["correction", .. each.By is null ? Array.Empty<string>() : [each.By]] });
            }
            catch (JsonException exception)
            {
                defects.Add($"The {each} does not fit {step}: {exception.Message}");
            }
        }

        return defects.Count == 0 ? cases : throw new EvaluationDefinitionException(defects);
    }

    /// <inheritdoc/>
    public IEnumerator<Correction> GetEnumerator() => _all.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private T Read<T>(JsonElement json) => (T)json.Deserialize(_json.GetTypeInfo(typeof(T)))!;
}
