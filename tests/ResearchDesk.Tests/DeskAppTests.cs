using InsuranceClaims.Tests.OpenAi.Server;
using ResearchDesk.Offline;

namespace ResearchDesk.Tests;

public sealed class DeskAppTests
{
    [Fact]
    public async Task Without_arguments_the_files_of_the_sample_become_a_reviewed_report()
    {
        using var desk = new DeskRun();

        Assert.Equal(ExitCodes.Done, await desk.RunAsync());

        Assert.Contains("lead     -> research: 8 files are there, and none has been read.", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("planner  plans 9 steps: read ads-platform.csv, ", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("lead     -> reconcile: Files tell 3 figures differently", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("judge    revenue of paid search: orders.csv adds up 57 single records, ads-platform.csv 13 of its own.", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("review   sent back: spend of paid social was disputed", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("review   ready", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("lead     ends: ", desk.Screen, StringComparison.Ordinal);
        Assert.Contains("rests on 13 figures and 11 remarks from 8 files; 3 disputed figures were decided.", desk.Screen, StringComparison.Ordinal);
        Assert.Matches(@"\nall +\d+ +\d+ +[\d,]+ +[\d,]+ +\$0\.\d{4}\n", desk.Screen);
        Assert.Contains("| revenue of paid search | 3,416.35 EUR | [orders.csv] |", desk.Report, StringComparison.Ordinal);
        Assert.Contains("**spend of paid social**: 1,560 EUR (ads-platform.csv), not 1,420 EUR (agency-report.txt)", desk.Report, StringComparison.Ordinal);
        Assert.Contains("| revenue per EUR spent on paid search | 2.90 | 3,416.35 / 1,180 |", desk.Report, StringComparison.Ordinal);
        Assert.Contains("\"Texts must never promise a day of delivery.\" [brand-guide.md]", desk.Report, StringComparison.Ordinal);
        Assert.Contains("read-table", desk.Drawing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_cannot_be_read_are_reported_and_the_rest_goes_on()
    {
        using var desk = new DeskRun();

        Assert.Equal(ExitCodes.SomeUnreadable, await desk.RunAsync("--bad"));

        Assert.Equal(
            "left out: broken-export.csv: line 3 has 2 cells instead of 3\nleft out: empty.txt: it is empty\nleft out: logo.csv: it is not text in UTF-8\n", desk.Errors);
        Assert.Contains("## Files that could not be read\n\n- broken-export.csv: line 3", desk.Report, StringComparison.Ordinal);
        Assert.Contains("| revenue of organic | 2,127.63 EUR |", desk.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_ones_own_are_read_added_up_and_held_against_each_other()
    {
        using var desk = new DeskRun();
        desk.With("bakery.csv", "day,shop,sales_chf\nMon,harbour,10.50\nTue,harbour,20\nMon,station,7\n");
        var folder = desk.With("boss.txt", "Sales of harbour were 45 CHF. We should bake more rye.");

        Assert.Equal(ExitCodes.Done, await desk.RunAsync(folder, "--question", "What sells?"));

        Assert.Contains("# Report: What sells\n", desk.Report, StringComparison.Ordinal);
        Assert.Contains("| sales of station | 7 CHF | [bakery.csv] |", desk.Report, StringComparison.Ordinal);
        Assert.Contains("**sales of harbour**: 30.5 CHF (bakery.csv), not 45 CHF (boss.txt)", desk.Report, StringComparison.Ordinal);
        Assert.Contains("\"We should bake more rye.\" [boss.txt]", desk.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_figure_that_nobody_has_counted_stands_with_that_said()
    {
        using var desk = new DeskRun();
        desk.With("one.txt", "Sales of harbour were 45 CHF.");
        var folder = desk.With("two.txt", "Sales of harbour were 46 CHF.");

        Assert.Equal(ExitCodes.Done, await desk.RunAsync(folder));

        Assert.Contains("**sales of harbour**: 45 CHF (one.txt), not 46 CHF (two.txt). Why: ", desk.Report, StringComparison.Ordinal);
        Assert.Contains("one.txt stands until somebody counts.", desk.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_flow_over_http_writes_the_same_report()
    {
        using var model = new RuleBasedChatClient();
        await using var server = ModelEndpoint.Start(model);
        using var offline = new DeskRun();
        using var online = new DeskRun { Variables = { ["OPENAI_API_KEY"] = "key", ["OPENAI_BASE_URL"] = server.Endpoint.ToString() } };

        Assert.Equal(ExitCodes.Done, await offline.RunAsync());
        Assert.Equal(ExitCodes.Done, await online.RunAsync());

        Assert.Equal(offline.Report, online.Report);
        Assert.Contains($"gpt-4o-mini at {server.Endpoint}", online.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_key_ends_without_a_report_and_with_the_cure()
    {
        await using var server = new ChatCompletionsServer(_ => Task.FromResult(WireAnswer.Error(401, "no such key")));
        using var desk = new DeskRun { Variables = { ["OPENAI_API_KEY"] = "key", ["OPENAI_BASE_URL"] = server.Endpoint.ToString() } };

        Assert.Equal(ExitCodes.NoReport, await desk.RunAsync());
        Assert.Contains("Check OPENAI_API_KEY", desk.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_key_the_model_is_the_endpoint_that_the_environment_names()
    {
        using var desk = new DeskRun { Variables = { ["OPENAI_API_KEY"] = "key", ["OPENAI_BASE_URL"] = "nowhere" } };

        Assert.Equal(ExitCodes.Usage, await desk.RunAsync());
        Assert.StartsWith("OPENAI_BASE_URL is nowhere", desk.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCodes.Done, "", "--help")]
    [InlineData(ExitCodes.Usage, "There is no option --verbose. See --help.", "--verbose")]
    [InlineData(ExitCodes.Usage, "The option --question needs a value. See --help.", "--question", " ")]
    [InlineData(ExitCodes.NoInput, "There is no file or folder nowhere.", "nowhere")]
    public async Task The_exit_code_and_the_message_say_what_was_wrong(int code, string message, params string[] arguments)
    {
        using var desk = new DeskRun();

        Assert.Equal(code, await desk.RunAsync(arguments));
        Assert.Equal(message, desk.Errors.Trim());
    }
}
