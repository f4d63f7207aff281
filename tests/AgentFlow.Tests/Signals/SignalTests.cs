using System.Text.Json;
using AgentFlow.Journaling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Signals;

/// <summary>What flows and hosts see of signals, in memory.</summary>
public sealed class SignalTests
{
    private readonly FlowTestHost _host = new();

    public sealed record Payment(string Invoice, decimal Amount);

    private static Flow<string, decimal> Order { get; } = Flow.Start<string>("order")
        .Then("invoice", (customer, _) => $"invoice for {customer}")
        .WaitFor<Payment>("paid")
        .Map((_, payment) => payment.Amount)
        .Build();

    [Fact]
    public async Task A_flow_waits_until_somebody_outside_sends_the_signal()
    {
        var run = await _host.StartAsync(Order, "ann");
        await _host.SettleAsync();
        Assert.Equal((RunStatus.Suspended, "waits for order/paid"), (run.Status, run.StatusReason));

        Assert.True(await _host.Runtime.SignalAsync(run.Id, "paid", new Payment("i-1", 12.5m)));

        await _host.DriveAsync(run);
        Assert.Equal(12.5m, await run.Result);
        await _host.ReplayFromEveryPrefixAsync(Order, run);
    }

    [Fact]
    public async Task A_signal_that_comes_early_is_kept_and_those_of_one_name_are_taken_in_their_order()
    {
        var flow = Flow.FromCode<int, string>("collect", async (count, ctx) =>
        {
            var seen = "";
            for (var i = 0; i < count; i++)
            {
                await ctx.DelayAsync(TimeSpan.FromHours(1));
                seen += await ctx.WaitForAsync<string>("part");
            }

            return seen;
        });
        var run = await _host.StartAsync(flow, 4);
        await _host.Runtime.SignalAsync(run.Id, "part", "a");
        await _host.Runtime.SignalAsync(run.Id, "other", "z");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(30));
        await _host.Runtime.SignalAsync(run.Id, "part", "b");
        await _host.AdvanceAsync(TimeSpan.FromHours(3));
        Assert.Equal(RunStatus.Suspended, run.Status);
        await _host.Runtime.SignalAsync(run.Id, "part", "c");
        await _host.Runtime.SignalAsync(run.Id, "part", "d");

        await _host.DriveAsync(run);
        Assert.Equal("abcd", await run.Result);
        await _host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public async Task The_first_branch_that_waits_is_served_first_and_keeps_what_it_got()
    {
        var flow = Flow.FromCode<int, string>("branches", async (_, ctx) =>
        {
            var parts = await ctx.AllAsync<string>(
                async c =>
                {
                    await c.DelayAsync(TimeSpan.FromMinutes(1));
                    return await c.WaitForAsync<string>("part");
                },
                async c => await c.WaitForAsync<string>("part") + await c.WaitForAsync<string>("part"));
            return string.Join('|', parts);
        });
        var run = await _host.StartAsync(flow, 0);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(2));
        foreach (var part in (string[])["a", "b", "c"])
        {
            await _host.Runtime.SignalAsync(run.Id, "part", part);
            await _host.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("b|ac", await run.Result);
        await _host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public async Task A_wait_is_given_up_after_its_timeout_and_the_next_one_gets_what_comes_later()
    {
        var flow = Flow.FromCode<int, string>("patient", async (_, ctx) =>
        {
            try
            {
                return await ctx.WaitForAsync<string>("paid", TimeSpan.FromDays(14));
            }
            catch (SignalTimeoutException late) when (late is { Signal: "paid", Timeout.TotalDays: 14 })
            {
                await ctx.DelayAsync(TimeSpan.FromDays(1), "reminder");
                return "late " + await ctx.WaitForAsync<string>("paid", TimeSpan.FromDays(14));
            }
        });
        var run = await _host.StartAsync(flow, 0);
        await _host.AdvanceAsync(TimeSpan.FromDays(14.5));
        await _host.Runtime.SignalAsync(run.Id, "paid", "12");

        await _host.DriveAsync(run);
        Assert.Equal("late 12", await run.Result);
        Assert.Equal(TimeSpan.FromDays(15), _host.Elapsed);
        await _host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public async Task Nobody_sends_it_and_the_run_fails_where_it_waited()
    {
        var flow = Flow.Start<int>("order").WaitFor<string>("paid", TimeSpan.FromDays(60), "payment").Map((_, paid) => paid).Build();
        var run = await _host.RunToEndAsync(flow, 1);
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(() => run.Result);
        Assert.Equal((SignalTimeoutException.Type, "order/payment", "60"), (failure.ErrorType, $"{failure.Path}", $"{_host.Elapsed.TotalDays}"));
        await _host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signal_and_a_date_race_and_whichever_comes_first_wins(bool isPaid)
    {
        var flow = Flow.FromCode<int, string>("race", async (_, ctx) => (await ctx.AnyAsync<string>(
            async c => await c.WaitForAsync<string>("paid"),
            async c =>
            {
                await c.DelayAsync(TimeSpan.FromDays(7));
                return "dunned";
            })).Value);
        var run = await _host.StartAsync(flow, 0);
        await _host.AdvanceAsync(TimeSpan.FromDays(6));
        if (isPaid) await _host.Runtime.SignalAsync(run.Id, "paid", "12");
        await _host.DriveAsync(run);
        Assert.Equal(isPaid ? "12" : "dunned", await run.Result);
        await _host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public async Task The_same_key_is_the_same_signal()
    {
        var run = await _host.StartAsync(Flow.FromCode<int, string>("twice", async (_, ctx) => await ctx.WaitForAsync<string>("part") + await ctx.WaitForAsync<string>("part")), 0);
        Assert.True(await _host.Runtime.SignalAsync(run.Id, "part", "a", new() { Key = "e-1" }));
        Assert.False(await _host.Runtime.SignalAsync(run.Id, "part", "again", new() { Key = "e-1" }));
        Assert.True(await _host.Runtime.SignalAsync(run.Id, "other", "a", new() { Key = "e-1" }));
        await _host.SettleAsync();
        Assert.Equal(RunStatus.Suspended, run.Status);
        Assert.True(await _host.Runtime.SignalAsync(run.Id, "part", "b", new() { Key = "e-2" }));
        await _host.DriveAsync(run);
        Assert.Equal("ab", await run.Result);
    }

    [Fact]
    public async Task A_value_of_another_type_is_refused_while_the_flow_waits()
    {
        var run = await _host.StartAsync(Order, "ann");
        await _host.SettleAsync();
        var mismatch = await Assert.ThrowsAsync<SignalMismatchException>(async () => await _host.Runtime.SignalAsync(run.Id, "paid", 12));
        Assert.Equal(("paid", "Payment", "int", "order/paid"), (mismatch.Signal, mismatch.Expected, mismatch.Given, $"{mismatch.Path}"));
        await Assert.ThrowsAsync<SignalMismatchException>(async () => await _host.Runtime.SignalAsync(run.Id, "paid", JsonSerializer.SerializeToElement("twelve")));
        Assert.DoesNotContain(run.Entries, entry => entry is SignalReceivedEntry);

        await _host.Runtime.SignalAsync(run.Id, "paid", JsonSerializer.SerializeToElement(new Payment("i-1", 3)));
        await _host.DriveAsync(run);
        Assert.Equal(3, await run.Result);
    }

    [Fact]
    public async Task A_value_of_another_type_that_came_early_fails_the_wait_and_is_used_up()
    {
        var flow = Flow.FromCode<int, string>("wrong", async (_, ctx) =>
        {
            await ctx.DelayAsync(TimeSpan.FromHours(1));
            try
            {
                return await ctx.WaitForAsync<string>("part");
            }
            catch (SignalMismatchException mismatch)
            {
                return $"{mismatch.Given}, {await ctx.WaitForAsync<string>("part")}";
            }
        });
        var run = await _host.StartAsync(flow, 0);
        await _host.Runtime.SignalAsync(run.Id, "part", 5);
        await _host.Runtime.SignalAsync(run.Id, "part", "a");
        await _host.DriveAsync(run);
        Assert.Equal("int, a", await run.Result);
        await _host.ReplayFromEveryPrefixAsync(flow, run);
    }

    [Fact]
    public async Task A_signal_may_have_no_value_and_a_wait_may_take_any()
    {
        var flow = Flow.FromCode<int, string>("any", async (_, ctx) =>
        {
            await ctx.WaitForAsync("go");
            await ctx.WaitForAsync("go");
            return (await ctx.WaitForAsync<JsonElement>("data")).GetProperty("invoice").GetString()!;
        });
        var run = await _host.StartAsync(flow, 0);
        await _host.Runtime.SignalAsync(run.Id, "go");
        await _host.Runtime.SignalAsync(run.Id, "go", 12);
        await _host.Runtime.SignalAsync(run.Id, "data", new Payment("i-1", 3));
        await _host.DriveAsync(run);
        Assert.Equal("i-1", await run.Result);
    }

    [Fact]
    public async Task A_run_that_nobody_knows_or_that_has_ended_takes_none()
    {
        Assert.Equal("nobody", (await Assert.ThrowsAsync<RunNotFoundException>(async () => await _host.Runtime.SignalAsync(RunId.Parse("nobody"), "paid"))).RunId.ToString());
        var run = await _host.RunToEndAsync(Flow.Start<int>("short").Then("step", (x, _) => x).Build(), 1, new() { Id = "short" });
        var ended = await Assert.ThrowsAsync<RunEndedException>(async () => await _host.Runtime.SignalAsync(run.Id, "paid"));
        Assert.Equal((run.Id, RunStatus.Completed), (ended.RunId, ended.Status));
        await Assert.ThrowsAsync<ArgumentException>(async () => await _host.Runtime.SignalAsync(run.Id, "pa/id"));
    }

    [Fact]
    public async Task A_run_that_can_only_wait_says_for_which_signal()
    {
        var stuck = await Assert.ThrowsAsync<FlowAssertionException>(() => _host.RunAsync(Order, "ann"));
        Assert.Contains("It waits for signal 'paid' at 'order/paid'", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drawing_shows_the_signal_and_its_name_is_part_of_the_structure()
    {
        var other = Flow.Start<string>("order").Then("invoice", (customer, _) => $"invoice for {customer}").WaitFor<Payment>("settled").Map((_, payment) => payment.Amount).Build();
        Assert.NotEqual(Order.Fingerprint, other.Fingerprint);
        Assert.Contains("signal=paid", Order.ToMermaid(), StringComparison.Ordinal);
    }
}
