namespace AgentFlow.Testing.Tests.Scheduling;

public sealed class PumpedDispatcherTests
{
    private readonly List<int> _ran = [];

    [Fact]
    public void Nothing_runs_until_it_is_pumped_and_then_in_order()
    {
        var dispatcher = new PumpedDispatcher();
        Enumerable.Range(0, 100).ToList().ForEach(i => dispatcher.Dispatch(Item(i)));

        Assert.Empty(_ran);
        Assert.Equal(100, dispatcher.Pending);
        Assert.True(dispatcher.RunOne());
        Assert.Equal(0, Assert.Single(_ran));
        Assert.Equal(99, dispatcher.RunAll());

        Assert.Equal(Enumerable.Range(0, 100), _ran);
        Assert.Equal(0, dispatcher.Pending);
        Assert.False(dispatcher.RunOne());
    }

    [Fact]
    public void Items_dispatched_while_running_are_run_too()
    {
        var dispatcher = new PumpedDispatcher();
        dispatcher.Dispatch(new WorkItem(() =>
        {
            _ran.Add(1);
            dispatcher.Dispatch(Item(3));
        }));
        dispatcher.Dispatch(Item(2));

        Assert.Equal(3, dispatcher.RunAll());
        Assert.Equal([1, 2, 3], _ran);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interleaving_and_another_seed_another()
    {
        var first = Interleave(7);

        Assert.Equal(first, Interleave(7));
        Assert.NotEqual(first, Interleave(8));
        Assert.NotEqual(Enumerable.Range(0, 80), first);
        Assert.Equal(Enumerable.Range(0, 80), first.Order());
    }

    [Fact]
    public void Every_order_of_a_few_items_is_reached_by_some_seed() =>
        Assert.Equal(6, Enumerable.Range(0, 200).Select(seed => string.Concat(Interleave(seed, 3, children: false))).Distinct().Count());

    [Fact]
    public void An_item_that_throws_counts_as_run_and_the_rest_can_be_pumped()
    {
        var dispatcher = new PumpedDispatcher();
        dispatcher.Dispatch(new WorkItem(static () => throw new IOException()));
        dispatcher.Dispatch(Item(2));

        Assert.Throws<IOException>(() => dispatcher.RunAll());
        Assert.Equal(1, dispatcher.RunAll());
        Assert.Equal([2], _ran);
    }

    [Fact]
    public void An_item_cannot_pump()
    {
        var dispatcher = new PumpedDispatcher();
        dispatcher.Dispatch(new WorkItem(() => dispatcher.RunAll()));

        Assert.Contains("Pump from one thread", Assert.Throws<InvalidOperationException>(() => dispatcher.RunAll()).Message);
    }

    [Fact]
    public async Task Items_from_many_threads_run_exactly_once()
    {
        var dispatcher = new PumpedDispatcher(1);
        var dispatching = Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                dispatcher.Dispatch(Item(thread * 1000 + i));
            }
        })));
        while (!dispatching.IsCompleted)
        {
            dispatcher.RunAll();
        }

        await dispatching;
        dispatcher.RunAll();

        Assert.Equal(Enumerable.Range(0, 4000), _ran.Order());
    }

    private List<int> Interleave(int seed, int count = 40, bool children = true)
    {
        _ran.Clear();
        var dispatcher = new PumpedDispatcher(seed);
        for (var i = 0; i < count; i++)
        {
            var number = i;
            dispatcher.Dispatch(new WorkItem(() =>
            {
                _ran.Add(number);
                if (children)
                {
                    dispatcher.Dispatch(Item(number + count));
                }
            }));
        }

        dispatcher.RunAll();
        return [.. _ran];
    }

    private WorkItem Item(int number) => new(() => _ran.Add(number));

    private sealed class WorkItem(Action action) : IThreadPoolWorkItem
    {
        public void Execute() => action();
    }
}
