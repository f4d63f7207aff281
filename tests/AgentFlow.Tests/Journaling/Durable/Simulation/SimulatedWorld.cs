using System.Runtime.ExceptionServices;
using AgentFlow.Journaling;
using AgentFlow.Tests.Runs.Programs;
using FsCheck;
using FsCheck.Fluent;

namespace AgentFlow.Tests.Journaling.Durable.Simulation;

/// <summary>
/// One seed: a random program, and processes that come and go until its run has ended. Everything happens on one thread, in an order
/// that the seed decides, in virtual time.
/// </summary>
internal sealed class SimulatedWorld
{
    public const string Run = "simulated";

    private const int MaxEvents = 100_000;

    private readonly HashSet<(SimulatedLife Life, string Request)> _answering = [];
    private readonly HashSet<string> _answered = [];
    private readonly List<string> _violations = [];

    public SimulatedWorld(int seed, SimulationCounts counts)
    {
        Random = new Random(seed);
        Counts = counts;
        var size = 6 + Random.Next(45);
        Program = Programs.Sample(1, new Rnd((ulong)seed, 0x9E3779B97F4A7C15), size).First();
    }

    public Random Random { get; }

    public SimulationCounts Counts { get; }

    public Node Program { get; }

    public SimulatedStore Store { get; } = new();

    /// <summary>Irreversible effects that happened, with their results, by path.</summary>
    public Dictionary<string, int> Happened { get; } = [];

    public Dictionary<string, int> Chances { get; } = [];

    private static Gen<Node> Programs { get; } = ProgramGenerator.Programs(mayTimeOut: true).Generator;

    /// <summary>On a thread of its own: under a context or scheduler of the test framework, continuations would go to the pool.</summary>
    public void Execute()
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                ExecuteAlone();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private void ExecuteAlone()
    {
        var expected = Interpreter.Run(Program, ProgramGenerator.Input);
        var crashes = 1 + Random.Next(4);
        var isCancelled = Random.Next(8) == 0;
        var now = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var life = 0; ; life++)
        {
            var isLast = life >= crashes;
            var faultAt = !isLast && Random.Next(3) == 0 ? Random.Next(1, 8) : 0;
            var process = new SimulatedLife(this, now, faultAt);
            var events = isLast ? MaxEvents : Random.Next(1, 25);
            process.Live(events, cancelAt: isCancelled && (isLast || Random.Next(2) == 0) ? Random.Next(30) : -1);
            Counts.Note(process, isLast, Store);
            AssertNothingIsWrong();
            if (Store.HasEnded) break;
            if (isLast) throw new InvalidOperationException($"The run is stuck after {life} crashes: {string.Join("\n", Store.Entries.Select(EntryDecoder.Decode))}");
            now = process.Now.AddMilliseconds(Random.Next(4));
        }

        var outcome = new SimulatedLife(this, now.AddYears(1), faultAt: 0).ReadEnd();
        AssertNothingIsWrong();
        if (outcome is null) Assert.True(isCancelled, "the run was cancelled by nobody");
        else if (expected != outcome) throw new InvalidOperationException($"The run yields {outcome}, the interpreter says {expected}. The journal:\n{string.Join("\n", Store.Entries.Select(EntryDecoder.Decode))}");
        if (outcome is null) Counts.Cancelled++;
        else Counts.Ended++;
    }

    public void Violate(string what) => _violations.Add(what);

    public bool IsBeingAnswered(SimulatedLife life, string request) => _answering.Contains((life, request));

    public void BeginAnswer(SimulatedLife life, string request) => _answering.Add((life, request));

    public void Answered(string request)
    {
        Counts.Answers++;
        if (!_answered.Add(request)) Violate($"two people have answered {request}");
    }

    private void AssertNothingIsWrong()
    {
        var wrong = _violations.Concat(Store.Violations).ToList();
        if (wrong.Count > 0) throw new InvalidOperationException($"{string.Join("\n", wrong)}\nThe journal:\n{string.Join("\n", Store.Entries.Select(EntryDecoder.Decode))}");
    }
}
