using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class PriorityTurnsTests
{
    [Fact]
    public void However_the_others_come_and_go_low_is_passed_over_12_times_at_most_and_normal_3_times()
    {
        var random = new Random(20_240_917);
        var turns = new PriorityTurns();
        int[] passedOver = new int[PriorityTurns.Levels];
        int[] most = new int[PriorityTurns.Levels];
        for (int turn = 0; turn < 200_000; turn++)
        {
            // Long stretches of one pattern, so that the bounds are reached, with random edges between them.
            int odds = turn / 500 % 4;
            bool[] waits = [random.Next(40) != 0, random.Next(4) <= odds, random.Next(4) <= 3 - odds];
            if (!waits.Contains(true))
            {
                continue;
            }

            int next = (int)turns.Next(waits[0], waits[1], waits[2]);

            Assert.True(waits[next]);
            for (int level = 0; level < PriorityTurns.Levels; level++)
            {
                passedOver[level] = waits[level] && level != next ? passedOver[level] + 1 : 0;
                most[level] = Math.Max(most[level], passedOver[level]);
            }
        }

        Assert.Equal(12, most[(int)RunPriority.Low]);
        Assert.Equal(3, most[(int)RunPriority.Normal]);
    }

    [Theory]
    [InlineData(RunPriority.Low)]
    [InlineData(RunPriority.Normal)]
    [InlineData(RunPriority.High)]
    public void A_priority_that_waits_alone_always_has_its_turn(RunPriority alone)
    {
        var turns = new PriorityTurns();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(alone, turns.Next(alone == RunPriority.Low, alone == RunPriority.Normal, alone == RunPriority.High));
        }
    }
}
