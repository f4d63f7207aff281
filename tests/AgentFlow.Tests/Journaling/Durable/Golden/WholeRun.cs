using System.Runtime.CompilerServices;
using AgentFlow.Journaling;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Journaling.Durable.Golden;

/// <summary>
/// A run that has what the small ones have not: a structure in its first entry, digests of inputs, a signal, acts of an operator, an agent
/// that pins its instructions; and a fork of it. Whatever is cut off behind a prefix, people do again.
/// </summary>
internal static class WholeRun
{
    private static readonly Principal Ada = new("ada") { Roles = new HashSet<string> { "operator" } };
    private static readonly StepPath Add = StepPath.Parse("whole/inner/add");

    public static Flow<int, string> Flow(EveryPrefixTests.Did did)
    {
        Step<TIn, TOut> Work<TIn, TOut>(string name, Func<TIn, TOut> body) => Step.Create<TIn, TOut>(name, (x, ctx) => did.Note(ctx.Path, body(x)));
        var clerk = Agent.Create<string, string>("clerk").Model(new Says()).Instructions("Be kind.").WhenInstructionsChange(InstructionsChange.Pin).Prompt(text => text).Build();
        var add = Work<(int Value, int Paid), int>("add", x => x.Value + x.Paid);
        var inner = AgentFlow.Flow.FromCode<int, string>("inner", async (x, ctx) =>
        {
            var paid = await ctx.WaitForAsync<int>("paid");
            return await ctx.RunAsync(clerk, $"{await ctx.RunAsync(add, (x, paid))}");
        });
        return AgentFlow.Flow.Start<int>("whole")
            .Then(Work<int, int>("load", x => x + 1))
            .Then(inner)
            .Then(Work<string, string>("stamp", x => x + "."))
            .Then(Work<string, string>("send", x => x + "!"))
            .Build();
    }

    /// <summary>The run, and a fork of it with another sum.</summary>
    public static async Task<(IReadOnlyList<StoredEntry> Whole, IReadOnlyList<StoredEntry> Forked)> RecordAsync()
    {
        var journal = new InProcessJournal();
        var test = new VirtualRun(configure: options => (options.Journal, options.SuspendLinger) = (journal, TimeSpan.Zero));
        test.Runtime.Steps.Add(Flow(new()));
        var run = test.Start(Flow(new()), 3, new() { Id = "whole", Principal = new("carl") { Tenant = "north" } });
        test.Settle();
        await DoneAsync(test, Found(test, run.Id).PauseAsync(Ada, "an audit"));
        await FinishAsync(test, run.Id);
        var whole = Restart.Stored(journal, run.Id);
        Assert.True(whole[^1].Kind == JournalEntryKind.RunCompleted, string.Join('\n', whole.Select(entry => $"{EntryDecoder.Decode(entry)}")));
        var cut = whole.First(entry => EntryDecoder.Decode(entry) is EffectCompletedEntry { StepName: "model" }).Sequence;
        var forking = test.Runtime.ForkAsync<string>(run.Id, cut, edit =>
        {
            edit.Result($"{Add}", 30);
            edit.Options = edit.Options with { Id = "forked" };
        });
        await DoneAsync(test, forking);
        return (whole, Restart.Stored(journal, RunId.Parse("forked")));
    }

    /// <summary>Does what is still to be done by people, until the run has ended.</summary>
    public static async Task FinishAsync(VirtualRun test, RunId id)
    {
        for (var round = 0; round < 10 && Found(test, id) is { IsTerminal: false } run; round++)
        {
            if (run.StatusReason == $"waits for {Add}/(paused)") await DoneAsync(test, run.ReplaceResultAsync(Add, 24, Ada, "counted by hand"));
            else if (run.StatusReason == "waits for whole/inner/paid") await DoneAsync(test, test.Runtime.SignalAsync(id, "paid", 20, new() { Key = "k-1" }).AsTask());
            else if (run.IsPaused) await DoneAsync(test, run.ContinueAsync(Ada, "all is well"));
        }
    }

    private static FlowRun<string> Found(VirtualRun test, RunId id)
    {
        var finding = test.Runtime.GetRunAsync<string>(id).AsTask();
        test.Settle();
        return finding.Now()!;
    }

    private static async Task DoneAsync(VirtualRun test, Task act)
    {
        test.Settle();
        await act.WaitAsync(Scheduling.HangGuard.Limit);
        test.Settle();
    }

    private sealed class Says : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"sum {messages.Last().Text}")));

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
