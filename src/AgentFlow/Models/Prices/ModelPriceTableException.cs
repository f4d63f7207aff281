namespace AgentFlow;

/// <summary>A table of prices cannot be used.</summary>
public sealed class ModelPriceTableException : AgentFlowException
{
    internal ModelPriceTableException(string? entry, string? field, string problem, Exception? innerException = null)
        : base($"The price table {(entry is null ? problem : $"is wrong at '{Shown(entry)}'{(field is null ? "" : $", field '{field}'")}: {problem}")}.", innerException)
    {
        Entry = entry;
        Field = field;
    }

    /// <summary>The name of the entry that is wrong, or <see langword="null"/> when the table as a whole is.</summary>
    public string? Entry { get; }

    /// <summary>The field that is wrong, or <see langword="null"/>.</summary>
    public string? Field { get; }

    private static string Shown(string entry) => entry.Length <= 100 ? entry : $"{entry[..100]}…";
}
