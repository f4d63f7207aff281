namespace AgentFlow;

internal sealed class TurnsUntil(int turns) : Until
{
    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants) => said.Count >= turns ? $"{turns} turns were taken" : null;

    public override string ToString() => $"{turns} turns";
}

internal sealed class SaysUntil(string text, string? speaker) : Until
{
    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants) =>
        (speaker is null || said[^1].Speaker == speaker) && TextOf(said[^1]).Contains(text, StringComparison.OrdinalIgnoreCase) ? $"{said[^1].Speaker} said '{text}'" : null;

    public override string ToString() => $"{speaker ?? "somebody"} says '{text}'";
}

internal sealed class TextAgreedUntil(string text) : Until
{
    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants) =>
        LastOfAll(said, participants) is { } last && last.TrueForAll(turn => TextOf(turn).Contains(text, StringComparison.OrdinalIgnoreCase)) ? $"everybody said '{text}'" : null;

    public override string ToString() => $"everybody says '{text}'";
}

internal sealed class VoteUntil<T, TVote>(Func<T, TVote> vote) : Until
{
    internal override Type? MessageType => typeof(T);

    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants)
    {
        if (LastOfAll(said, participants) is not { } last) return null;
        var first = vote((T)(object)last[0].Message!);
        return last.TrueForAll(turn => EqualityComparer<TVote>.Default.Equals(vote((T)(object)turn.Message!), first)) ? $"everybody agrees: {first}" : null;
    }

    public override string ToString() => "everybody agrees";
}

internal sealed class CodeUntil<T>(Func<IReadOnlyList<Said<T>>, bool> condition, string reason) : Until
{
    internal override Type? MessageType => typeof(T);

    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants) => condition((IReadOnlyList<Said<T>>)said) ? reason : null;

    public override string ToString() => reason;
}

internal sealed class EitherUntil(Until left, Until right) : Until
{
    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants) => left.Reason(said, participants) ?? right.Reason(said, participants);

    internal override IEnumerable<Until> Parts() => left.Parts().Concat(right.Parts());

    public override string ToString() => $"{left} or {right}";
}

internal sealed class BothUntil(Until left, Until right) : Until
{
    internal override string? Reason<TMessage>(IReadOnlyList<Said<TMessage>> said, IReadOnlyList<string> participants) =>
        left.Reason(said, participants) is { } first && right.Reason(said, participants) is { } second ? $"{first}, and {second}" : null;

    internal override IEnumerable<Until> Parts() => left.Parts().Concat(right.Parts());

    public override string ToString() => $"({left} and {right})";
}
