namespace DocumentIntake;

/// <summary>One line per document, and the sums.</summary>
internal sealed class SummaryTable
{
    private const int LongestName = 40;
    private readonly List<(string Name, Receipt Receipt)> _rows = [];

    public int NeedReview => _rows.Count(row => row.Receipt.Filing.NeedsReview);

    public void Add(string name, Receipt receipt) => _rows.Add((Plain(name), receipt));

    public async Task WriteAsync(TextWriter output)
    {
        var width = Math.Min(LongestName, _rows.Max(row => row.Name.Length));
        var folder = _rows.Max(row => row.Receipt.Filing.Folder.Length);
        await output.WriteLineAsync();
        foreach (var (name, receipt) in _rows)
            await output.WriteLineAsync($"  {Cut(name).PadRight(width)}  {receipt.Filing.Folder.PadRight(folder)}  {Remark(receipt)}".TrimEnd());
        await output.WriteLineAsync();
        var folders = _rows.GroupBy(row => row.Receipt.Filing.Folder).OrderBy(group => group.Key, StringComparer.Ordinal);
        await output.WriteLineAsync($"{string.Join(", ", folders.Select(group => $"{group.Count()} in {group.Key}"))}; {_rows.Count(row => row.Receipt.IsNew)} filed now, {_rows.Count(row => !row.Receipt.IsNew)} before");
    }

    private static string Remark(Receipt receipt) => Plain(string.Join("; ", Remarks(receipt)));

    private static IEnumerable<string> Remarks(Receipt receipt)
    {
        if (!receipt.IsNew) yield return "filed before";
        if (receipt.Filing.NeedsReview) yield return string.Join("; ", receipt.Filing.Reasons);
        else if (receipt.Readings > 1) yield return $"right at reading {receipt.Readings}";
    }

    private static string Cut(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";

    // Text from outside must not move the cursor.
    private static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
