namespace InsuranceClaims.Offline;

/// <summary>What an amount of money in a text is about.</summary>
internal enum AmountRole
{
    Plain,
    Total,
    Document,
    Item,
    Deductible,
    Premium,
    Limit,
    Past,
}

/// <summary>An amount as it stands in a text.</summary>
internal sealed record AmountMention(decimal Amount, string Currency, AmountRole Role, string Sentence);
