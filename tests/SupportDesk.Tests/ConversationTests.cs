using SupportDesk.Ui;

namespace SupportDesk.Tests;

/// <summary>Conversations as customers have them: who speaks, who is asked, what is remembered.</summary>
public sealed class ConversationTests : IDisposable
{
    private readonly Counter _counter = new();

    public void Dispose() => _counter.Dispose();

    private static void Shows(string screen, params string[] inOrder)
    {
        var at = 0;
        foreach (var text in inOrder)
        {
            var found = screen.IndexOf(text, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{text}' is not on the screen, or not in this place:\n{screen}");
            at = found + text.Length;
        }
    }

    [Fact]
    public async Task Customers_are_handed_over_and_see_why()
    {
        var screen = await _counter.TalkAsync("my invoice R-1001 is wrong", "and the internet is slow");
        Shows(
            screen,
            "[triage hands over to billing: it is about an invoice or money]", "[billing uses find_invoice: R-1001]", "billing   > Invoice R-1001 is about 39.90",
            "[billing hands over to technical: something does not work]", "[technical uses service_status: internet]", "technical > The state of internet: slow in the north");
    }

    [Fact]
    public async Task A_small_refund_is_paid_at_once()
    {
        Shows(await _counter.TalkAsync("refund R-1001 please"), "Done: 39.90 refunded for R-1001");
        Assert.Equal(["R-1001 39.90"], _counter.Refunds);
    }

    [Fact]
    public async Task A_large_refund_waits_for_the_lead_whose_answer_is_yes_or_no()
    {
        var screen = await _counter.TalkAsync("refund R-1002 please", "perhaps", "n", "then 50", "Thanks");
        Shows(
            screen,
            "[billing wants to use refund: number R-1002, amount 239.00; refunds over 100 need a lead]", "lead y/n  > perhaps", "answers y or n", "lead y/n  > n",
            "a colleague has decided against this refund", "you       > then 50", "Done: 50.00 refunded for R-1002", "You are welcome");
        Assert.Equal(["R-1002 50.00"], _counter.Refunds);
    }

    [Fact]
    public async Task A_second_call_remembers_the_conversation_and_a_session_of_its_own_does_not()
    {
        await _counter.TalkAsync("my invoice R-1001 is wrong");
        Shows(await _counter.TalkAsync("yes please"), "welcome back", "billing   > Invoice R-1001 is about 39.90", "Done: 39.90 refunded");
        Assert.DoesNotContain("welcome back", (await _counter.RunAsync(["--session", "bob"], "hello")).Output, StringComparison.Ordinal);

        Shows(await _counter.TalkAsync("/end"), "[the conversation is over]");
        Shows(await _counter.TalkAsync("hello"), "triage    > Hello!");
        Assert.Single(_counter.Refunds);
    }

    [Fact]
    public async Task A_lead_who_was_being_asked_is_asked_again_and_it_is_paid_once()
    {
        Shows(await _counter.TalkAsync("refund R-1002"), "lead y/n  >", "nobody says anything more");
        Assert.Empty(_counter.Refunds);
        Shows(await _counter.TalkAsync("y"), "welcome back", "amount 239.00; refunds over 100 need a lead", "Done: 239.00 refunded");
        Assert.Equal(["R-1002 239.00"], _counter.Refunds);
        Shows(await _counter.TalkAsync("refund R-1002", "y"), "0.00 of invoice R-1002 can be refunded");
        Assert.Single(_counter.Refunds);
    }

    [Fact]
    public async Task A_human_who_is_asked_for_answers_through_the_agent() =>
        Shows(await _counter.TalkAsync("I want to talk to a human", "I shall call you."), "[triage hands over to human: the customer asks for a person]", "colleague > I shall call you.", "triage    > A colleague says: I shall call you.");

    [Fact]
    public async Task The_demonstration_shows_it_all_and_leaves_nothing_behind()
    {
        var (code, output, _) = await _counter.RunAsync(["--demo"]);
        Assert.Equal(DeskApp.Done, code);
        Shows(output, "triage hands over to billing", "Done: 239.00 refunded", "billing hands over to technical", "A colleague says", "[the conversation is over]");
        Assert.Empty(_counter.Refunds);
    }

    [Theory]
    [InlineData("There is no option --fast", "--fast")]
    [InlineData("type it, or pipe it in", "hello")]
    [InlineData("--session takes", "--session", "a/b")]
    [InlineData("needs a value", "--session")]
    public async Task A_wrong_call_says_what_is_wrong(string message, params string[] arguments)
    {
        var (code, _, error) = await _counter.RunAsync(arguments);
        Assert.Equal(DeskApp.Usage, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_said_and_help_is_shown()
    {
        Assert.Equal(DeskApp.Done, (await _counter.RunAsync([])).Code);
        Assert.Contains("usage: SupportDesk", (await _counter.RunAsync(["--help"])).Output, StringComparison.Ordinal);
    }
}
