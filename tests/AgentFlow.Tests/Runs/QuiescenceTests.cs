using AgentFlow.Journaling;
using AgentFlow.Tests.Scheduling;

namespace AgentFlow.Tests.Runs;

/// <summary>A run rests when every live branch waits, and never before.</summary>
public class QuiescenceTests
{
    /// <summary>A body may end in the instant in which the flow registers for its end.</summary>
    [Fact]
    public async Task A_run_is_not_suspended_while_a_branch_has_work_to_do()
    {
        using var other = new QuickAnswers(seed: 7);
        var quick = Step.Create<int, int>("quick", (x, _) => new ValueTask<int>(other.AnswerAsync(x)));
        var flow = Flow.FromCode<int, int>("busy", async (x, ctx) =>
        {
            var (decision, sum) = await ctx.AllAsync(
                async c => await c.ApproveAsync("boss", x),
                async c =>
                {
                    var sum = 0;
                    for (var i = 0; i < x; i++) sum += await c.RunAsync(quick, i);
                    return sum;
                });
            return decision.IsApproved ? sum : -1;
        });
        await using var runtime = new FlowRuntime(new() { SuspendLinger = TimeSpan.Zero });
        for (var round = 0; round < 20; round++)
        {
            var run = await runtime.StartAsync(flow, 500);
            await run.SettledAsync(default).WaitAsync(HangGuard.Limit);
            var suspended = run.Entries.Single(entry => entry.Kind == JournalEntryKind.RunSuspended);
            Assert.Equal(500, run.Entries.Count(entry => entry.Kind == JournalEntryKind.EffectCompleted && entry.Sequence < suspended.Sequence));
            await runtime.Requests.ApproveAsync(Assert.Single(runtime.Requests.Open).Id);
            Assert.Equal(500 * 499 / 2, await run.Result.WaitAsync(HangGuard.Limit));
        }
    }

    /// <summary>Two threads that answer each other's questions as fast as they can, so that answers meet their registration.</summary>
    private sealed class QuickAnswers : IDisposable
    {
        private readonly TaskCompletionSource<int>?[] _next = new TaskCompletionSource<int>?[2];
        private volatile bool _stopped;

        public QuickAnswers(int seed)
        {
            for (var i = 0; i < _next.Length; i++)
            {
                var index = i;
                new Thread(() => Serve(ref _next[index], new Random(seed + index))) { IsBackground = true }.Start();
            }
        }

        public Task<int> AnswerAsync(int value)
        {
            var answer = new TaskCompletionSource<int>(value);
            Volatile.Write(ref _next[value % 2], answer);
            return answer.Task;
        }

        public void Dispose() => _stopped = true;

        private void Serve(ref TaskCompletionSource<int>? next, Random random)
        {
            var spin = default(SpinWait);
            while (!_stopped)
            {
                if (Interlocked.Exchange(ref next, null) is not { } answer)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                    continue;
                }

                Thread.SpinWait(random.Next(40));
                answer.SetResult((int)answer.Task.AsyncState!);
            }
        }
    }
}
