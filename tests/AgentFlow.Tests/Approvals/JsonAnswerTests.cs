using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Journaling.Durable;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Approvals;

/// <summary>Hosts that are asked over HTTP answer with JSON, and do not know the types.</summary>
public class JsonAnswerTests
{
    private static readonly Flow<int, string> Approving = Flow.FromCode<int, string>("flow", async (x, ctx) => $"{await ctx.RunAsync(Approval, new Refund("ann", x))}");
    private static readonly Flow<int, string> Asking = Flow.FromCode<int, string>("flow", async (_, ctx) => $"{await ctx.AskAsync("ask", new Question<Refund>("How much?"))}");

    private static Step<Refund, Refund> Approval => Flow.FromCode<Refund, Refund>("inner", async (refund, ctx) => (Refund)(await ctx.ApproveAsync("ok", refund)).Value!);

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_value_and_an_answer_are_read_as_what_they_are_for(bool isDurable)
    {
        foreach (var (flow, isQuestion) in new[] { (Approving, false), (Asking, true) })
        {
            var test = new VirtualRun(configure: options => (options.Journal, options.SuspendLinger, options.KeepEndedRuns) = (isDurable ? new InProcessJournal() : null, TimeSpan.Zero, isDurable ? 0 : 1));
            test.Runtime.Steps.Add(flow);
            var run = test.Start(flow, 1, new() { Id = "run" });
            var result = run.Result;
            test.Settle();
            var id = Assert.Single(test.Runtime.Requests.Open).Id;
            ApprovalDecision Decision(string json) => isQuestion ? ApprovalDecision.Answer(Json(json), "ada") : ApprovalDecision.Modify(Json(json), "ada");
            foreach (var wrong in new[] { """{"name":"bob","amount":"much"}""", "[1]", "3" })
            {
                var error = await Answer(test, id, Decision(wrong)).ThrowsArgument();
                Assert.Equal((id, wrong), error switch
                {
                    InvalidAnswerException invalid when isQuestion => (invalid.RequestId, invalid.Value.GetRawText()),
                    InvalidModificationException invalid when !isQuestion => (invalid.RequestId, $"{invalid.Value}"),
                    _ => ("", $"{error}"),
                });
                Assert.Contains("Refund", error.Message, StringComparison.Ordinal);
                Assert.Single(test.Runtime.Requests.Open);
            }

            const string Right = """{"name":"bob","amount":7}""";
            Assert.False((await Answer(test, id, Decision(Right))).IsRepeated);
            test.Settle();
            Assert.Equal("Refund { Name = bob, Amount = 7 }", result.Now());
            Assert.True((await Answer(test, id, Decision(Right))).IsRepeated);
        }
    }

    [Fact]
    public async Task A_question_that_takes_json_gets_it_as_it_is()
    {
        var test = new VirtualRun();
        var flow = Flow.FromCode<int, string>("flow", async (_, ctx) => (await ctx.AskAsync("ask", new Question<JsonElement>("?"))).GetRawText());
        var run = test.Start(flow, 1);
        test.Settle();
        await Answer(test, test.Runtime.Requests.Open.Single().Id, ApprovalDecision.Answer(Json("[1,2]")));
        test.Settle();
        Assert.Equal("[1,2]", run.Value());
    }

    private static async Task<AnswerReceipt> Answer(VirtualRun test, string id, ApprovalDecision decision)
    {
        var answering = test.Runtime.Requests.ResolveAsync(id, decision).AsTask();
        test.Settle();
        return await answering;
    }

    internal sealed record Refund(string Name, int Amount);
}

file static class Errors
{
    public static async Task<ArgumentException> ThrowsArgument(this Task task) => await Assert.ThrowsAnyAsync<ArgumentException>(() => task);
}
