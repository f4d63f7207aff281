namespace AgentFlow.Tests.Scheduling;

/// <summary>Lets two threads do one thing each at the same moment, round after round.</summary>
internal static class Duel
{
    /// <summary>Per round: <paramref name="prepare"/>, then both sides at once, then <paramref name="check"/>.</summary>
    public static void Fight(int rounds, int seed, Action<int> prepare, Action one, Action other, Action<int> check)
    {
        int started = 0;
        int finished = 0;
        var opponent = new Thread(() =>
        {
            var random = new Random(seed);
            for (int round = 1; round <= rounds; round++)
            {
                if (!Await(ref started, round))
                {
                    return;
                }

                Thread.SpinWait(random.Next(60));
                other();
                Volatile.Write(ref finished, round);
            }
        })
        { IsBackground = true };
        opponent.Start();
        try
        {
            var random = new Random(seed + 1);
            for (int round = 1; round <= rounds; round++)
            {
                prepare(round);
                Volatile.Write(ref started, round);
                Thread.SpinWait(random.Next(60));
                one();
                Assert.True(Await(ref finished, round), $"Round {round} hangs.");
                check(round);
            }
        }
        finally
        {
            Volatile.Write(ref started, int.MaxValue);
        }
    }

    private static bool Await(ref int value, int round)
    {
        var spin = new SpinWait();
        long start = TimeProvider.System.GetTimestamp();
        while (Volatile.Read(ref value) < round)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (TimeProvider.System.GetElapsedTime(start) > HangGuard.Limit)
            {
                return false;
            }
        }

        return Volatile.Read(ref value) != int.MaxValue;
    }
}
