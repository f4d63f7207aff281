namespace AgentFlow;

/// <summary>Which runs get a canary: a choice that follows from run and agent alone, the same on every machine.</summary>
internal static class CanaryShare
{
    public const double Smallest = 0.01;
    private const ulong Buckets = 10_000;

    public static bool Has(RunId run, string agent, double percent) => Spread(StableHash.Of(agent, run.Seed)) % Buckets < (ulong)Math.Round(percent * 100);

    /// <summary>The ids of a process differ in a counter only: every bit of it must reach every bit of the bucket (the finalizer of MurmurHash3).</summary>
    private static ulong Spread(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
