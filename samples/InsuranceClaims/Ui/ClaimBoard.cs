namespace InsuranceClaims;

internal enum ClaimPhase
{
    Waiting,
    Working,
    NeedsPerson,
    Done,
    Failed,
}

/// <summary>Where a claim is right now.</summary>
internal sealed record ClaimStatus(string Id, ClaimPhase Phase, string Detail);

/// <summary>Where all claims are. Runs report from many threads; the screen takes a snapshot when it draws.</summary>
internal sealed class ClaimBoard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly List<ClaimStatus> _claims;

    public ClaimBoard(IEnumerable<string> ids)
    {
        _claims = [.. ids.Select(id => new ClaimStatus(id, ClaimPhase.Waiting, ""))];
        for (var row = 0; row < _claims.Count; row++)
            _rows[_claims[row].Id] = row;
    }

    public void Set(string id, ClaimPhase phase, string detail)
    {
        lock (_gate)
            _claims[_rows[id]] = new(id, phase, detail);
    }

    public IReadOnlyList<ClaimStatus> Snapshot()
    {
        lock (_gate)
            return [.. _claims];
    }
}
