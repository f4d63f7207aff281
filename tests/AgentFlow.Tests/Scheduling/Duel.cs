namespace AgentFlow.Tests.Scheduling;

/// <summary>
/// Lets two threads do one thing each at the same moment, often. They meet before every bout, but wait only briefly for
/// each other, so that a busy machine costs accuracy instead of time.
/// </summary>
internal static class Duel
{
    private const int Bouts = 1_000;
    private const int Patience = 100;

    /// <summary>
    /// Fights on 1,000 grounds, round after round. Per ground and round: <paramref name="prepare"/>, then
    /// <paramref name="one"/> and <paramref name="other"/> on a thread each, then <paramref name="check"/>.
    /// </summary>
    public static void Fight<T>(int rounds, Func<T> ground, Action<T> prepare, Action<T> one, Action<T> other, Action<T> check)
    {
        T[] grounds = [.. Enumerable.Range(0, Bouts).Select(_ => ground())];
        int[] reached = [-1, -1];
        using var gong = new Barrier(participantCount: 2);
        Exception? failure = null;
        var opponent = new Thread(() =>
        {
            try
            {
                for (int round = 0; round < rounds && gong.SignalAndWait(HangGuard.Limit); round++)
                {
                    FightRound(grounds, reached, side: 1, new Random(round), other);
                    gong.SignalAndWait(HangGuard.Limit);
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        })
        { IsBackground = true };
        opponent.Start();
        for (int round = 0; round < rounds; round++)
        {
            Array.ForEach(grounds, prepare);
            reached[0] = reached[1] = -1;
            Assert.True(gong.SignalAndWait(HangGuard.Limit), $"Round {round} hangs: {failure}");
            FightRound(grounds, reached, side: 0, new Random(rounds + round), one);
            Assert.True(gong.SignalAndWait(HangGuard.Limit), $"Round {round} hangs: {failure}");
            Array.ForEach(grounds, check);
        }

        Assert.True(opponent.Join(HangGuard.Limit));
        Assert.Null(failure);
    }

    private static void FightRound<T>(T[] grounds, int[] reached, int side, Random random, Action<T> strike)
    {
        for (int bout = 0; bout < grounds.Length; bout++)
        {
            Volatile.Write(ref reached[side], bout);
            for (int i = 0; i < Patience && Volatile.Read(ref reached[1 - side]) < bout; i++)
            {
                Thread.SpinWait(1);
            }

            Thread.SpinWait(random.Next(40));
            strike(grounds[bout]);
        }
    }
}
