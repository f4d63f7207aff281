using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>Finds priced things: rows of a list or a table, and things with a price in brackets.</summary>
internal static partial class ItemReader
{
    public static List<ClaimedItem> Read(PostText post)
    {
        var items = new List<ClaimedItem>();
        foreach (var (text, _) in post.Lines)
        {
            if (Row(text) is { } row)
                Add(items, row);
            else
                foreach (Match match in Bracketed().Matches(text))
                    if (Money.Parse(match.Groups["num"].Value) is { } amount)
                        Add(items, new(Clean(match.Groups["name"].Value), amount));
        }
        return items;
    }

    /// <summary>The row's name and amount; null for a line of prose, a total, a deductible.</summary>
    private static ClaimedItem? Row(string line)
    {
        if (TableCells(line) is { } cells)
            return cells;
        // A line with several prices tells a story; which of them is the item's is anybody's guess.
        if (AmountReader.Read(line).Count > 1)
            return null;
        var match = ListRow().Match(line);
        if (!match.Success)
            match = AlignedRow().Match(line);
        if (!match.Success)
            return null;
        return Money.Parse(match.Groups["num"].Value) is { } amount ? new(Clean(match.Groups["name"].Value), amount) : null;
    }

    private static ClaimedItem? TableCells(string line)
    {
        if (!line.TrimStart().StartsWith('|'))
            return null;
        var cells = line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (cells.Length < 2 || !CellAmount().IsMatch(cells[^1]) || Money.Parse(CellAmount().Match(cells[^1]).Groups["num"].Value) is not { } amount)
            return null;
        var name = cells.FirstOrDefault(cell => cell.Any(char.IsLetter));
        return name is null || name == cells[^1] ? null : new(Clean(name), amount);
    }

    // Quoted mails repeat themselves: the same thing at the same price is one item.
    private static void Add(List<ClaimedItem> items, ClaimedItem item)
    {
        if (item.Name.Length < 3 || item.Amount <= 0 || NotAnItem().IsMatch(item.Name)
            || AmountReader.IsRole(item.Name, AmountRole.Deductible) || AmountReader.IsRole(item.Name, AmountRole.Limit)
            || AmountReader.IsRole(item.Name, AmountRole.Premium))
            return;
        if (!items.Exists(known => known.Amount == item.Amount && known.Name.Equals(item.Name, StringComparison.OrdinalIgnoreCase)))
            items.Add(item);
    }

    private static string Clean(string name) => PostText.Shorten(name.Trim(' ', '\t', '-', '–', '*', '•', '.', ':', ',', '_', '…', '='), 60);

    private const string Price = @"(?:(?:EUR|€|ca\.|approx\.?|about)\s*)*(?<num>\d{1,3}(?:[.,'’ ]\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{2})?)(?:,-+|,–)?";

    [GeneratedRegex(@"^\s*(?:[-*•+–]|\d{1,2}[.)]|[a-z]\))\s+(?<name>\D.*?)(?:\s*[:=–-]\s*|\s*\.{2,}\s*|,?\s+)(?:" + Price + @"\s*(?:€|EUR|Euros?)|(?:€|EUR)\s*" + Price + @"|(?<num>\d[\d.,]*[.,]\d{2})\s*$)(?:\s*\([^)]*\)|[,;.].{0,60})?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex ListRow();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-zÄÖÜäöü0-9][^|:€]{2,60}?)(?:\s{2,}|\t+|\s*\.{3,}\s*)(?:(?:EUR|€)\s*)?(?<num>\d[\d.,']*[.,]\d{2})\s*(?:€|EUR)?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex AlignedRow();

    [GeneratedRegex(@"^(?:EUR|€)?\s*(?<num>\d{1,3}(?:[.,']\d{3})+(?:[.,]\d{2})?|\d+[.,]\d{2}|\d+(?=\s*(?:€|EUR)))\s*(?:€|EUR|Euro)?$", RegexOptions.IgnoreCase)]
    private static partial Regex CellAmount();

    [GeneratedRegex(@"(?<name>[A-Za-zÄÖÜäöüß][\wÄÖÜäöüß' -]{2,40}?)\s*\((?:ca\.\s?|approx\.\s?|about\s)?(?:(?:€|EUR)\s?(?<num>\d[\d.,]*)|(?<num>\d[\d.,]*)\s?(?:€|EUR|Euros?))\)", RegexOptions.IgnoreCase)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"\btotal|\bsum\b|\bsumme|gesamt|subtotal|zwischensumme|insgesamt|\bdate\b|datum|schadens?(?:höhe|betrag)|\bIBAN|\bpolice\b", RegexOptions.IgnoreCase)]
    private static partial Regex NotAnItem();
}
