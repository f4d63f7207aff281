namespace AgentFlow;

/// <summary>FNV-1a, 64 bit (Fowler, Noll, Vo; IETF draft-eastlake-fnv): the same on every machine and in every process.</summary>
internal static class StableHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static ulong Of(string text, ulong seed = Offset)
    {
        var hash = seed;
        foreach (var character in text)
        {
            hash = (hash ^ (byte)character) * Prime;
            hash = (hash ^ (byte)(character >> 8)) * Prime;
        }

        return hash;
    }
}
