using AgentFlow.Approvals;
using AgentFlow.Tests.Flows;
using AgentFlow.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.Approvals;

/// <summary>Hosts are told, in order, what happens to requests; what they throw harms nothing.</summary>
public class NotifierTests
{
    private readonly List<string> _told = [];

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public async Task Everything_that_happens_is_told_once_and_in_order(int linger)
    {
        var test = NewTest(linger, new Notifier(_told));
        var run = test.Start(
            Flow.Start<int>("flow").Approve("boss", terms: new() { Quorum = 2, Deadline = TimeSpan.FromDays(1), Escalation = [Escalation.ToRole("head")] }).Approve("late", terms: new() { Deadline = TimeSpan.FromHours(1) }).Build(), 1);
        test.Settle();
        var id = test.Runtime.Requests.Open.Single().Id;
        await test.Runtime.Requests.ClaimAsync(id, "ada");
        await test.Runtime.Requests.ApproveAsync(id, "ada");
        test.Time.Advance(TimeSpan.FromDays(1));
        test.Settle();
        await test.Runtime.Requests.ApproveAsync(id, People.WithRole("bob", "head"));
        test.Finish(run);
        Assert.Equal(
            ["boss opened Open", "boss Claimed Claimed", "boss Approved Open", "boss Escalated Open", "boss resolved Approved", "late opened Open", "late resolved Expired"], _told);
        Assert.Equal(0, test.Runtime.Requests.FailedNotifications);
    }

    [Fact]
    public async Task A_notifier_that_throws_is_counted_and_the_others_are_told()
    {
        var test = NewTest(60, new Notifier(_told) { Fails = true }, new Notifier(_told));
        var run = test.Start(Flow.Start<int>("flow").Approve("boss").Build(), 1);
        test.Settle();
        await test.Runtime.Requests.ApproveAsync(test.Runtime.Requests.Open.Single().Id, "ada");
        test.Finish(run);
        Assert.Equal(1, run.Value());
        Assert.Equal(2, test.Runtime.Requests.FailedNotifications);
        Assert.Equal(["boss opened Open", "boss resolved Approved"], _told);
    }

    [Fact]
    public async Task What_is_withdrawn_is_told()
    {
        var test = NewTest(60, new Notifier(_told));
        var run = test.Start(Flow.Start<int>("flow").Approve("boss").Build(), 1);
        test.Settle();
        _ = run.CancelAsync();
        test.Settle();
        await Task.CompletedTask;
        Assert.Equal(["boss opened Open", "boss resolved Withdrawn"], _told);
    }

    [Fact]
    public async Task A_container_adds_notifiers()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_told);
        services.AddAgentFlow().AddRequestNotifier<Notifier>().AddRequestNotifier<Notifier>();
        await using var provider = services.BuildServiceProvider();
        Assert.IsType<Notifier>(Assert.Single(provider.GetRequiredService<FlowRuntime>().Options.RequestNotifiers));
    }

    private static VirtualRun NewTest(int linger, params IRequestNotifier[] notifiers) => new(configure: options =>
    {
        options.SuspendLinger = TimeSpan.FromSeconds(linger);
        foreach (var notifier in notifiers) options.RequestNotifiers.Add(notifier);
    });

    internal sealed class Notifier(List<string> told) : IRequestNotifier
    {
        public bool Fails { get; init; }

        public ValueTask OpenedAsync(RequestStatus request, CancellationToken cancellationToken) => Tell($"{request.Request.Name} opened {request.State}");

        public ValueTask ChangedAsync(RequestStatus request, RequestChange change, CancellationToken cancellationToken) => Tell($"{request.Request.Name} {change.Kind} {request.State}");

        public ValueTask ResolvedAsync(RequestStatus request, CancellationToken cancellationToken) => Tell($"{request.Request.Name} resolved {request.Resolution!.Outcome}");

        private ValueTask Tell(string news)
        {
            if (Fails) throw new IOException("no mail");
            lock (told) told.Add(news);
            return default;
        }
    }
}
