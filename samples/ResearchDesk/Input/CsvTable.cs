using System.Globalization;
using System.Text;
using AgentFlow;

namespace ResearchDesk;

/// <summary>What a model is told of a table.</summary>
/// <param name="Kind">number, identifier (numbers that only number the rows) or text.</param>
/// <param name="Values">The different values, of columns with text and not too many of them.</param>
internal sealed record ColumnInfo(string Name, string Kind, int DifferentValues, IReadOnlyList<string> Values);

/// <inheritdoc cref="ColumnInfo"/>
internal sealed record TableInfo(string File, int Rows, IReadOnlyList<ColumnInfo> Columns);

/// <summary>Sum and average over the rows that have the same value in another column.</summary>
internal sealed record GroupSum(string Value, decimal Sum, decimal Average, int Rows);

/// <summary>A CSV file: a line of names, then rows of as many cells. Comma or semicolon, quotes where needed.</summary>
internal sealed class CsvTable
{
    private const int MostValues = 12;
    private readonly string _name;
    private readonly string[] _columns;
    private readonly List<string[]> _rows;

    private CsvTable(string name, string[] columns, List<string[]> rows) => (_name, _columns, _rows) = (name, columns, rows);

    /// <exception cref="UnreadableFileException">The file is no such table.</exception>
    public static CsvTable Parse(string name, string text)
    {
        var separator = text.Split('\n')[0].Contains(';', StringComparison.Ordinal) ? ';' : ',';
        var lines = text.Split('\n').Select((line, index) => (Line: line, Number: index + 1)).Where(line => line.Line.Trim().Length > 0).ToList();
        var columns = Cells(lines[0].Line, separator);
        if (columns.Length < 2 || columns.Any(string.IsNullOrWhiteSpace)) throw new UnreadableFileException(name, "its first line does not name two columns or more");
        if (lines.Count < 2) throw new UnreadableFileException(name, "it has no rows");
        var rows = new List<string[]>();
        foreach (var (line, number) in lines.Skip(1))
        {
            var cells = Cells(line, separator);
            if (cells.Length != columns.Length) throw new UnreadableFileException(name, $"line {number} has {cells.Length} cells instead of {columns.Length}");
            rows.Add(cells);
        }

        return new(name, columns, rows);
    }

    public TableInfo Describe() => new(_name, _rows.Count, [.. _columns.Select((column, i) =>
    {
        var values = _rows.Select(row => row[i]).Distinct().Order(StringComparer.Ordinal).ToList();
        var kind = values.Any(value => Number(value) is null) ? "text" : AreIdentifiers(i) ? "identifier" : "number";
        return new ColumnInfo(column, kind, values.Count, kind != "text" || values.Count > MostValues ? [] : values);
    })]);

    /// <exception cref="ToolException">There is no such column, or it has no numbers; the model is told.</exception>
    public IReadOnlyList<GroupSum> Sum(string column, string by)
    {
        var (value, @group) = (Column(column), Column(by));
        return
        [
            .. from row in _rows
               group Number(row[value]) ?? throw new ToolException($"The column {column} has '{row[value]}', which is no number.") by row[@group] into numbers
               orderby numbers.Key
               select new GroupSum(numbers.Key, numbers.Sum(), Math.Round(numbers.Average(), 2), numbers.Count()),
        ];
    }

    /// <summary>Whole numbers that rise from row to row, without large gaps.</summary>
    private bool AreIdentifiers(int column)
    {
        var numbers = _rows.ConvertAll(row => Number(row[column])!.Value);
        return numbers.Count > 2 && numbers.TrueForAll(decimal.IsInteger) && numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second) && numbers[^1] - numbers[0] < 2 * numbers.Count;
    }

    private int Column(string name) => Array.IndexOf(_columns, name) is >= 0 and var index ? index
        : throw new ToolException($"{_name} has no column {name}. Its columns: {string.Join(", ", _columns)}.");

    private static decimal? Number(string cell) => decimal.TryParse(cell, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Cells(string line, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var isQuoted = false;
        foreach (var character in line)
        {
            if (character == '"') isQuoted = !isQuoted;
            else if (character == separator && !isQuoted) Next();
            else cell.Append(character);
        }

        Next();
        return [.. cells];

        void Next()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }
    }
}
