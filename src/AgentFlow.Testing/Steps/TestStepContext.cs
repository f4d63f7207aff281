using System.Diagnostics;

namespace AgentFlow.Testing;

/// <summary>
/// What a body gets when a unit test calls it directly: a <see cref="StepContext"/> of a run that does not exist. Set what the
/// body looks at, pass the instance where a context is expected, and read what the body reported.
/// </summary>
/// <example>
/// <code>
/// var context = new TestStepContext { Attempt = 2, Services = provider };
/// var receipt = await chargeCard.RunBodyAsync(order, context);
/// </code>
/// </example>
/// <remarks>No policy, retry, lane or journal is involved; to have those, run the step in a <see cref="FlowTestHost"/>.</remarks>
[DebuggerDisplay("{StepName} attempt {Attempt}")]
public sealed class TestStepContext
{
    private readonly Lazy<StepContext> _context;

    /// <summary>Creates a context for the first attempt, without services, at the virtual start of time.</summary>
    public TestStepContext() => _context = new(Create);

    /// <summary>The name of the step, the last segment of its path. Default <c>step</c>; the flow is named <c>test</c>.</summary>
    public string StepName { get; init; } = "step";

    /// <summary>Which attempt it is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Where the services come from; the body gets a scope of it. Default: nowhere.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>The clock. Default: a <see cref="VirtualTimeProvider"/> that nobody moves.</summary>
    public TimeProvider Time { get; init; } = new VirtualTimeProvider();

    /// <summary>On whose behalf the body acts. Default: nobody in particular.</summary>
    public Principal Principal { get; init; } = Principal.Anonymous;

    /// <summary>The id of the run, of which the idempotency key is made. Default <c>test-run</c>.</summary>
    public string RunId { get; init; } = "test-run";

    /// <summary>Tells the body to stop. Default: never.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The context. Made when it is first asked for; its services live as long as their provider.</summary>
    public StepContext Context => _context.Value;

    /// <summary>What the body has reported so far, in order.</summary>
    public IReadOnlyList<object> Reports
    {
        get
        {
            var reports = new List<object>();
            var events = Context.Run.Events.GetAsyncEnumerator();
            while (events.MoveNextAsync() is { IsCompleted: true, Result: true })
            {
                if (events.Current is StepProgress progress) reports.Add(progress.Progress);
            }

            return reports;
        }
    }

    /// <summary>The context, for a lambda or method that takes one.</summary>
    /// <param name="context">What to make it of.</param>
    public static implicit operator StepContext(TestStepContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Context;
    }

    /// <summary>A context for one call.</summary>
    /// <param name="services">Where the services come from, if from anywhere.</param>
    /// <param name="attempt">Which attempt it is, from 1.</param>
    /// <param name="cancellationToken">Tells the body to stop.</param>
    public static StepContext Create(IServiceProvider? services = null, int attempt = 1, CancellationToken cancellationToken = default) =>
        new TestStepContext { Services = services, Attempt = attempt, CancellationToken = cancellationToken }.Context;

    /// <summary>Calls a body as an attempt of its own: its services end with it.</summary>
    internal ValueTask<TOut> CallAsync<TIn, TOut>(EffectStep<TIn, TOut> step, TIn input) =>
        new AttemptScope(Context.Run, Context.Path, Attempt).CallAsync(step, input, CancellationToken);

    private StepContext Create()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempt, 1);
        var runtime = new FlowRuntime(new() { Time = Time, Services = Services });
        var flow = Flow.FromCode<int, int>(SingleStep.FlowName, static (x, _) => new(x));
        var run = new FlowRun<int, int>(runtime, AgentFlow.RunId.Parse(RunId), flow, 0, new() { Principal = Principal }, hasHandle: true);
        var path = run.RootPath.Child(StepName);
        return new(run, path, CancellationToken, new AttemptScope(run, path, Attempt));
    }
}
