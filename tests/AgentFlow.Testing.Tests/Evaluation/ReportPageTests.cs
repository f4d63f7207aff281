using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AgentFlow.Testing.Tests.Evaluation;

public sealed class ReportPageTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&\u001b[31m\u202e\ud800\0";

    private static EvaluationReport Report(int cases, Func<int, double> score, string name = "case", string reason = "the letter does not name the amount") => new()
    {
        Name = "claims",
        Scorers = ["exact", "keywords", "judge"],
        Cases = [.. Enumerable.Range(0, cases).Select(i => new CaseResult
        {
            Name = $"{name} number {i} of a customer",
            Runs = [new() { Scores = [new("exact", score(i), reason), new("keywords", 1, ""), new("judge", 0.75, reason)] }],
        })],
    };

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new() { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    [Fact]
    public void The_page_is_well_formed_small_and_needs_nothing_from_elsewhere()
    {
        var report = Report(50, i => i / 50.0) with { Against = Report(50, _ => 0.5) };
        var html = report.CompareWith(Report(50, i => i % 2)).ToHtml();

        var page = Parse(html);
        Assert.InRange(Encoding.UTF8.GetByteCount(html), 1_000, 30_000);
        string[] names = [.. page.Descendants().Select(element => element.Name.LocalName)];
        Assert.DoesNotContain(names, name => name is "script" or "link" or "img" or "iframe" or "use");
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme:dark", html, StringComparison.Ordinal);
        Assert.Equal((50, 51, 50), (names.Count(name => name == "rect"), names.Count(name => name == "path"), names.Count(name => name == "circle")));
    }

    [Fact]
    public void Bars_are_as_long_as_scores_and_say_what_became_of_them()
    {
        var html = Report(2, i => i).CompareWith(Report(2, i => 1 - i)).ToHtml();
        var bars = Parse(html).Descendants("rect");
        Assert.Equal([("w", 268), ("u", 422)], bars.Select(bar => ((string?)bar.Attribute("class"), (int)bar.Attribute("width")!)));
    }

    [Fact]
    public void Names_and_reasons_are_text_on_the_page_and_in_the_console()
    {
        var report = Report(2, _ => 0, Hostile, Hostile + "\n" + new string('x', 100_000)) with { Name = Hostile, Scorers = [Hostile, "keywords", "judge"] };
        report = report with { Cases = [.. report.Cases.Select(each => each with { Runs = [each.Runs[0] with { Scores = [new(Hostile, 0, Hostile), .. each.Runs[0].Scores.Skip(1)] }] })] };
        var comparison = report.CompareWith(report with { Cases = [report.Cases[0] with { Name = Hostile }] });

        foreach (var html in new[] { report.ToHtml(), comparison.ToHtml() })
        {
            Assert.DoesNotContain(Parse(html).Descendants(), element => element.Name.LocalName == "script");
            Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
            Assert.InRange(html.Length, 1, 12_000);
        }

        foreach (var text in new[] { report.ToText(), comparison.ToText() })
        {
            Assert.DoesNotContain(text, character => char.IsControl(character) && character is not ('\n' or '\r') || character is '\u202e' || char.IsSurrogate(character));
            Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 400));
        }
    }
}
