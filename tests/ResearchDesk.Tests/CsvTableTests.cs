using AgentFlow;

namespace ResearchDesk.Tests;

public sealed class CsvTableTests
{
    [Fact]
    public void A_table_has_numbers_identifiers_and_names()
    {
        var table = CsvTable.Parse("a.csv", "id;shop;note;price\n7;\"Bern; West\";x;1.5\n8;Basel;y;1.5\n9;Basel;y;2\n").Describe();

        Assert.Equal(["identifier", "text", "text", "number"], table.Columns.Select(column => column.Kind));
        Assert.Equal(["Basel", "Bern; West"], table.Columns[1].Values);
        Assert.Equal(3, table.Rows);
    }

    [Fact]
    public void Columns_are_added_up_by_the_values_of_another_one()
    {
        var table = CsvTable.Parse("a.csv", "shop,price\nBern,1.5\nBasel,1\nBasel,2\n");

        Assert.Equal([new("Basel", 3m, 1.5m, 2), new("Bern", 1.5m, 1.5m, 1)], table.Sum("price", "shop"));
        Assert.Equal("a.csv has no column cost. Its columns: shop, price.", Assert.Throws<ToolException>(() => table.Sum("cost", "shop")).Message);
        Assert.Equal("The column shop has 'Bern', which is no number.", Assert.Throws<ToolException>(() => table.Sum("shop", "price")).Message);
    }

    [Theory]
    [InlineData("a\n1\n", "a.csv: its first line does not name two columns or more")]
    [InlineData("a,b\n", "a.csv: it has no rows")]
    [InlineData("a,b\n1,2\n\n1,2,3\n", "a.csv: line 4 has 3 cells instead of 2")]
    public void What_is_no_table_is_refused_with_the_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UnreadableFileException>(() => CsvTable.Parse("a.csv", text)).Message);
}
