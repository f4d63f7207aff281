namespace AgentFlow.Tests.Patterns;

public sealed class PatternExceptionsTests
{
    [Fact]
    public void A_livelock_names_the_place_the_cycle_and_how_often_it_came()
    {
        var livelock = new LivelockException(StepPath.Parse("desk/hand-off"), ["billing", "technical"], 2);

        Assert.Equal(["billing", "technical"], livelock.Cycle);
        Assert.Equal(2, livelock.Repetitions);
        Assert.StartsWith("'desk/hand-off' goes round in a circle: billing → technical → billing, 2 times with nothing new in between.", livelock.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_without_members_is_refused() =>
        Assert.Throws<ArgumentException>(() => new LivelockException(StepPath.Parse("desk"), [], 2));

    [Fact]
    public void A_limit_names_the_pattern_the_place_the_bound_and_the_cure()
    {
        var limit = new PatternLimitException(StepPath.Parse("desk/audit"), "Supervise", 12, "turns", "Raise MaxTurns.");

        Assert.Equal("Supervise 'desk/audit' has not come to an end within 12 turns. Raise MaxTurns.", limit.Message);
        Assert.Equal(12, limit.Limit);
    }
}
