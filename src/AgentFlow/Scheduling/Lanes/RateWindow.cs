namespace AgentFlow.Scheduling;

/// <summary>
/// What has begun within the last minute, and what may still begin. Exact: every start is kept for its minute, so that there are at most as
/// many as the limit. Guarded by the lane's lock.
/// </summary>
internal sealed class RateWindow(int? maxRequests, int? maxTokens, long span)
{
    private readonly Queue<RateCharge> _begun = new();
    private long _requests;
    private long _tokens;

    /// <summary>When the oldest start leaves the window; null when nothing that has begun counts.</summary>
    public long? NextRoom => _begun.TryPeek(out var oldest) ? oldest.Begun + span : null;

    private bool Counts => maxRequests is not null || maxTokens is not null;

    public RateCharge? Admit(RatedLane lane, long tokens, long now)
    {
        Forget(now);
        var needed = Needed(tokens);
        if (_requests + 1 > maxRequests || _tokens + needed > maxTokens) return null;
        _requests++;
        _tokens += needed;
        return new(lane, needed);
    }

    public void Begin(RateCharge charge, long now)
    {
        if (charge.State != ChargeState.Admitted) return;
        charge.Begun = now;
        charge.State = ChargeState.Begun;
        if (Counts) _begun.Enqueue(charge);
    }

    /// <summary>Counts the tokens really used as those of the moment in which the effect began.</summary>
    public void Settle(RateCharge charge, long tokens)
    {
        if (charge.State is ChargeState.Forgotten) return;
        var used = Needed(tokens);
        _tokens += used - charge.Tokens;
        charge.Tokens = used;
    }

    /// <summary>What never began took nothing.</summary>
    public void Refund(RateCharge charge)
    {
        if (charge.State == ChargeState.Admitted) Drop(charge);
    }

    /// <summary>Every call takes a token at least, so that there are never more of them than tokens.</summary>
    private long Needed(long tokens) => maxTokens is null ? 0 : Math.Max(1, tokens);

    private void Forget(long now)
    {
        while (_begun.TryPeek(out var oldest) && now - oldest.Begun >= span) Drop(_begun.Dequeue());
    }

    private void Drop(RateCharge charge)
    {
        charge.State = ChargeState.Forgotten;
        _requests--;
        _tokens -= charge.Tokens;
    }
}

internal enum ChargeState
{
    Admitted,
    Begun,
    Forgotten,
}

/// <summary>What one attempt takes of its lane's rates. Its state belongs to the lane's lock.</summary>
internal sealed class RateCharge(RatedLane lane, long tokens)
{
    public RatedLane Lane => lane;

    public long Tokens { get; set; } = tokens;

    public long Begun { get; set; }

    public ChargeState State { get; set; }
}
