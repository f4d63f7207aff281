using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Testing.Tests.Steps;

public sealed class TestStepContextTests
{
    [Fact]
    public async Task A_lambda_is_called_with_what_the_test_says()
    {
        using var stop = new CancellationTokenSource();
        var time = new VirtualTimeProvider();
        var context = new TestStepContext
        {
            StepName = "charge", Attempt = 3, Time = time, Principal = new("ann"), RunId = "order-1", CancellationToken = stop.Token,
        };

        var seen = await Body("x", context);

        Assert.Equal("x: attempt 3 of order-1/test/charge for ann, path test/charge", seen);
        Assert.Same(time, context.Context.Time);
        Assert.Equal(stop.Token, context.Context.CancellationToken);

        static ValueTask<string> Body(string input, StepContext context) =>
            new($"{input}: attempt {context.Attempt} of {context.IdempotencyKey} for {context.Principal.User}, path {context.Path}");
    }

    [Fact]
    public async Task The_protected_body_of_a_step_is_called_once_and_as_it_is()
    {
        var step = new Flaky();

        Assert.Equal(5, await step.RunBodyAsync(4));
        await Assert.ThrowsAsync<IOException>(() => step.RunBodyAsync(-1));
        Assert.Equal(2, step.Calls);
    }

    [Fact]
    public async Task What_the_body_reports_can_be_read()
    {
        var step = Step.Create<int, int>("report", async ValueTask<int> (x, context) =>
        {
            context.Report("half");
            await Task.Yield();
            context.Report(100);
            return x;
        });
        var context = new TestStepContext();

        await step.RunBodyAsync(1, context);

        Assert.Equal(["half", 100], context.Reports);
        Assert.Equal(["half", 100], context.Reports);
    }

    [Fact]
    public async Task Services_live_as_long_as_the_call()
    {
        await using var provider = new ServiceCollection().AddScoped<Resource>().BuildServiceProvider();
        var context = new TestStepContext { Services = provider };
        var step = Step.Create<int, Resource>("use", (_, c) => c.Services.GetRequiredService<Resource>());

        var first = await step.RunBodyAsync(1, context);
        var second = await step.RunBodyAsync(1, context);

        Assert.NotSame(first, second);
        Assert.True(first.IsDisposed && second.IsDisposed);
        Assert.False(TestStepContext.Create(provider, attempt: 2).Services.GetRequiredService<Resource>().IsDisposed);
    }

    [Fact]
    public void Without_services_the_context_says_so()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => TestStepContext.Create().Services);

        Assert.Contains("'test/step' asked for services", failure.Message);
    }

    [Fact]
    public async Task A_flow_has_no_body()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Runs.Bodies.Chain("chain", 1).RunBodyAsync(1));

        Assert.Contains("has no body of its own: run it with FlowTestHost.RunAsync", failure.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TestStepContext.Create(attempt: 0));
    }

    [Fact]
    public async Task A_single_step_runs_in_a_host_with_everything_around_it()
    {
        var step = Step.Create<int, int>("flaky", (x, context) => context.Attempt < 3 ? throw new IOException() : x + context.Attempt, o => o.Retry(2, TimeSpan.FromSeconds(1)));
        await using var host = new FlowTestHost();

        Assert.Equal(13, await host.RunAsync(step, 10).Soon());

        host.Journal.Executed("test/flaky").NothingFailed();
        Assert.NotEqual(TimeSpan.Zero, host.Elapsed);
    }

    private sealed class Flaky() : EffectStep<int, int>("flaky")
    {
        internal int Calls { get; private set; }

        protected override ValueTask<int> ExecuteAsync(int input, StepContext context)
        {
            Calls++;
            return input < 0 ? throw new IOException() : new(input + context.Attempt);
        }
    }

    private sealed class Resource : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
