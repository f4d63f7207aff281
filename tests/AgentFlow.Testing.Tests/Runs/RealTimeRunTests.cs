using System.Net;
using System.Net.Sockets;

namespace AgentFlow.Testing.Tests.Runs;

public sealed class RealTimeRunTests
{
    [Fact]
    public async Task Bodies_that_need_the_pool_are_waited_for_before_time_moves()
    {
        for (var i = 0; i < 100; i++)
        {
            await using var host = new FlowTestHost();
            var yields = Bodies.Yield("yield", 200);
            var flow = Flow.FromCode<int, int>("mixed", async (x, context) =>
            {
                var winner = await context.AnyAsync<int>(
                    async branch => await branch.RunAsync(yields, x),
                    async branch =>
                    {
                        await branch.DelayAsync(TimeSpan.FromSeconds(1));
                        return -1;
                    });
                return winner.Index;
            });

            Assert.Equal(0, await host.RunAsync(flow, 0).Soon());
            Assert.Equal(TimeSpan.Zero, host.Elapsed);
        }
    }

    [Fact]
    public async Task A_socket_is_waited_for_although_a_timeout_is_armed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = new FlowTestHost();
        var call = Step.Create<int, int>("call", async Task<int> (x, context) =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, context.CancellationToken);
            var buffer = new byte[1];
            await client.GetStream().ReadExactlyAsync(buffer, context.CancellationToken);
            return x + buffer[0];
        }, o => o.Timeout(TimeSpan.FromSeconds(1)));
        var serving = Task.Run(async () =>
        {
            using var accepted = await listener.AcceptTcpClientAsync();
            await accepted.GetStream().WriteAsync(new byte[] { 7 });
        });

        Assert.Equal(8, await host.RunAsync(call, 1).Soon());

        await serving.Soon();
        Assert.Equal(TimeSpan.Zero, host.Elapsed);
    }

    [Fact]
    public async Task A_body_that_sleeps_on_virtual_time_lets_the_one_go_on_that_waits_for_it()
    {
        await using var host = new FlowTestHost();
        using var baton = new SemaphoreSlim(1);
        var exclusive = Step.Create<int, int>("exclusive", async Task<int> (x, context) =>
        {
            await baton.WaitAsync(context.CancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), context.Time);
            baton.Release();
            return x;
        });

        await host.RunAsync(Bodies.Both("turns", exclusive, exclusive.As("other")), 0).Soon();

        Assert.Equal(TimeSpan.FromSeconds(2), host.Elapsed);
    }

    [Fact]
    public async Task A_body_on_another_thread_that_ends_late_still_ends_the_run()
    {
        await using var host = new FlowTestHost(o => o.RealTimePatience = TimeSpan.FromMilliseconds(1));
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var wait = Step.Create<int, int>("wait", (_, _) => new ValueTask<int>(gate.Task));

        var running = host.RunAsync(wait, 0);
        Assert.False(running.IsCompleted);
        gate.SetResult(5);

        Assert.Equal(5, await running.Soon());
    }
}
