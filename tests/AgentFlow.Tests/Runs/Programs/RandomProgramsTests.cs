using AgentFlow.Journaling;
using FsCheck;
using FsCheck.Fluent;

namespace AgentFlow.Tests.Runs.Programs;

/// <summary>
/// Random programs yield what a sequential interpreter yields, live and continued from any prefix of their journals. On the
/// pumped dispatcher a failing program repeats exactly; FsCheck prints the program and the seeds.
/// </summary>
public class RandomProgramsTests
{
    [Fact]
    public void Programs_mean_what_a_sequential_interpreter_says_in_any_order_of_events() =>
        Check(ProgramGenerator.Programs(mayTimeOut: true), seed => new(seed, seed % 2 == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1)));

    [Fact]
    public void Programs_mean_what_a_sequential_interpreter_says_on_real_threads() =>
        Check(ProgramGenerator.Programs(mayTimeOut: false), seed => new(null, seed % 2 == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(1)));

    private static void Check(Arbitrary<Node> programs, Func<int, ProgramRun.Setting> setting) =>
        Prop.ForAll(programs, Gen.Choose(0, int.MaxValue).ToArbitrary(), (program, seed) => Hold(program, seed, setting(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));

    private static void Hold(Node program, int seed, ProgramRun.Setting setting)
    {
        var expected = Interpreter.Run(program, ProgramGenerator.Input);
        var live = ProgramRun.Live(program, ProgramGenerator.Input, setting);
        Assert.Equal(expected, live.Finish());
        Assert.Empty(live.Executions.Repeated);
        var prefix = live.Entries.Take(1 + (seed % live.Entries.Count)).ToList();
        var resumed = ProgramRun.Resumed(program, setting, prefix);
        Assert.Equal(expected, resumed.Finish());
        Assert.Empty(resumed.Executions.Repeated);
        AssertNothingHappensAgain(prefix, resumed.Executions);
        Assert.All(resumed.Executions.Chances, chance => Assert.Equal(live.Executions.Chances.GetValueOrDefault(chance.Key, chance.Value), chance.Value));
    }

    private static void AssertNothingHappensAgain(List<JournalEntry> prefix, Executions resumed)
    {
        var recorded = prefix.Where(entry => entry is EffectCompletedEntry or EffectFailedEntry { IsFinal: true }).Select(entry => entry.Path);
        Assert.Empty(resumed.Bodies.Intersect(recorded));
        Assert.Empty(resumed.Decisions.Intersect(prefix.OfType<DecisionMadeEntry>().Select(entry => entry.Path)));
        foreach (var decision in prefix.OfType<DecisionMadeEntry>())
        {
            Assert.DoesNotContain(resumed.Bodies, path => path.IsWithin(decision.Path) && IsAbandoned(decision, path));
        }
    }

    private static bool IsAbandoned(DecisionMadeEntry decision, StepPath path) => decision.Decision switch
    {
        DecisionKind.Join => !((int[])decision.Value!).Any(kept => path.IsWithin(decision.Path.Index(kept))),
        // A substitute belongs to the step as a whole, not to its first attempt.
        DecisionKind.Attempt => !path.IsWithin(decision.Path.Child("(fallback)")),
        _ => false,
    };
}
