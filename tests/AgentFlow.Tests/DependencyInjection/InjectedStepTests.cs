using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Tests.DependencyInjection;

public class InjectedStepTests
{
    [Fact]
    public async Task A_step_class_gets_its_services_and_is_named_after_itself()
    {
        var flow = Flow.Start<int>("names").Then<DescribeNumberStep, string>().Build();
        await using var services = Services().AddAgentFlow().Strict();
        var run = await services.Runtime().StartAsync(flow, 3);
        Assert.Equal("3 in session 1", await run);
        Assert.Equal("names/describe-number", run.Entries[1].Path.ToString());
    }

    [Fact]
    public async Task The_name_can_be_chosen_and_a_class_can_be_used_again()
    {
        var flow = Flow.Start<int>("names").Then<Increment>().Then<Increment>().Then<Increment>(name: "last").Build();
        await using var services = Services().AddAgentFlow().Strict();
        var run = await services.Runtime().StartAsync(flow, 1);
        Assert.Equal(4, await run);
        Assert.Equal(["names/increment", "names/increment#2", "names/last"], run.Entries.Skip(1).SkipLast(1).Select(entry => entry.Path.ToString()));
    }

    [Theory]
    [InlineData(typeof(DescribeNumberStep), "describe-number")]
    [InlineData(typeof(Increment), "increment")]
    [InlineData(typeof(OCRPage2Text), "ocr-page2-text")]
    [InlineData(typeof(Step), "step")]
    [InlineData(typeof(Store<List<string>>), "store-list-string")]
    public void Class_names_become_kebab_case(Type type, string name) => Assert.Equal(name, StepName.Of(type));

    [Fact]
    public void A_step_class_without_a_name_of_its_own_is_named_after_itself() =>
        Assert.Equal(("increment", EffectClass.Idempotent, "refund", EffectClass.Irreversible), (new Increment().Name, new Increment().Effect, new Refund().Name, new Refund().Effect));

    [Fact]
    public async Task An_instance_that_nobody_registered_is_disposed_before_the_scope_it_came_from()
    {
        var flow = Flow.Start<int>("own").Then<Disposable>().Then<AsyncDisposable>().Build();
        await using var services = Services().AddAgentFlow().Strict();
        await services.Runtime().RunAsync(flow, 1);
        Assert.Equal(["use 1", "step disposed", "dispose 1", "use 2", "step closed", "dispose 2"], services.GetRequiredService<Probe>().Log);
    }

    [Fact]
    public async Task A_registered_class_is_disposed_once_with_its_scope()
    {
        var flow = Flow.Start<int>("own").Then<Disposable>().Build();
        await using var services = Services().AddAgentFlow().AddStep<Disposable>().Strict();
        await services.Runtime().RunAsync(flow, 1);
        Assert.Equal(["use 1", "step disposed", "dispose 1"], services.GetRequiredService<Probe>().Log);
    }

    [Fact]
    public async Task A_registered_class_may_be_any_subclass_and_any_lifetime()
    {
        var flow = Flow.Start<int>("swap").Then<Increment>().Build();
        await using var services = Services().AddSingleton<Increment>(new IncrementByTen()).AddAgentFlow().Strict();
        Assert.Equal(11, await services.Runtime().RunAsync(flow, 1));
    }

    [Fact]
    public void A_registered_class_is_validated_with_the_container() =>
        Assert.Throws<AggregateException>(() => new ServiceCollection().AddAgentFlow().AddStep<Disposable>().Strict());

    [Fact]
    public async Task A_missing_service_fails_the_step_and_names_the_service()
    {
        var flow = Flow.Start<int>("poor").Then<Disposable>().Build();
        await using var services = new ServiceCollection().AddAgentFlow().Strict();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await services.Runtime().RunAsync(flow, 1));
        Assert.Equal("poor/disposable", error.Path.ToString());
        Assert.Equal(typeof(StepConstructionException).FullName, error.ErrorType);
        Assert.Contains("'poor/disposable': the constructor of class 'Disposable' takes Session and Probe, which nobody has registered. Register them, for example services.AddSingleton<Session>(…).", error.Message, StringComparison.Ordinal);
        var cause = Assert.IsType<StepConstructionException>(error.InnerException!.InnerException);
        Assert.Equal((typeof(Disposable), typeof(Session), "poor/disposable"), (cause.StepType, cause.ServiceType, cause.Path.ToString()));
    }

    [Fact]
    public async Task A_service_that_lacks_something_itself_is_no_riddle_either()
    {
        var flow = Flow.Start<int>("poor").Then<DescribeNumberStep, string>(o => o.Retry(5, TimeSpan.FromHours(1))).Build();
        await using var services = new ServiceCollection().AddScoped<Session>().AddAgentFlow().Services.BuildServiceProvider();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await services.Runtime().RunAsync(flow, 1));
        Assert.Equal(typeof(StepConstructionException).FullName, error.ErrorType);
        Assert.Contains("class 'DescribeNumberStep' cannot be made: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Probe), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_constructor_throws_is_its_own()
    {
        var flow = Flow.Start<int>("poor").Then<Touchy>().Build();
        await using var services = Services().AddAgentFlow().Strict();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await services.Runtime().RunAsync(flow, 1));
        Assert.Equal(typeof(InvalidOperationException).FullName, error.ErrorType);
    }

    [Fact]
    public async Task Missing_services_are_found_before_anything_runs()
    {
        var inner = Flow.Start<int>("inner").Then<Disposable>(o => o.Fallback(Step.FromServices<Increment, int, int>(name: "other"))).Then<Abstract>().Then<Choosy>().Then<Keyed>().Build();
        await using var services = new ServiceCollection().AddAgentFlow().AddFlow(Flow.Start<int>("outer").Then(inner).Then(inner).Build()).Strict();
        Assert.Equal(
            [
                "outer/inner/disposable: the constructor of class 'Disposable' takes Session and Probe, which nobody has registered. Register them, for example services.AddSingleton<Session>(…).",
                "outer/inner/abstract: class 'Abstract' is abstract, and no implementation is registered. Register one, for example services.AddScoped<Abstract, …>().",
                "outer/inner/keyed: the constructor of class 'Keyed' takes Probe, which nobody has registered. Register it, for example services.AddSingleton<Probe>(…).",
            ],
            services.Runtime().FindDefects().Select(defect => defect.ToString()));
        await using var rich = Services().AddKeyedSingleton<Probe>("main").AddScoped<Abstract, Concrete>().AddAgentFlow().AddFlow(inner).Strict();
        Assert.Empty(rich.Runtime().FindDefects());
        Assert.Equal(1, await rich.Runtime().RunAsync(inner, 1));
        var alone = new FlowRuntimeOptions();
        alone.Steps.Add(Flow.Start<int>("bare").Then<Increment>().Build());
        Assert.Contains("services.AddAgentFlow()", Assert.Single(new FlowRuntime(alone).FindDefects()).Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runtime_without_container_says_how_to_get_one()
    {
        var flow = Flow.Start<int>("bare").Then<Increment>().Build();
        await using var runtime = new FlowRuntime();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
        Assert.Contains("bare/increment", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddAgentFlow", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_irreversible_class_must_be_declared_where_it_is_used()
    {
        await using var services = Services().AddAgentFlow().Strict();
        var silent = Flow.Start<int>("money").Then<Refund>().Build();
        var error = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await services.Runtime().RunAsync(silent, 1));
        Assert.Equal(typeof(InvalidOptionException).FullName, error.ErrorType);
        Assert.Contains("o.Effect(EffectClass.Irreversible)", error.Message, StringComparison.Ordinal);
        Assert.Empty(Refund.Paid);

        var declared = Flow.Start<int>("money").Then<Refund>(o => o.Effect(EffectClass.Irreversible)).Build();
        var run = await services.Runtime().StartAsync(declared, 7);
        await run;
        Assert.Contains(run.Entries, entry => entry.Kind == AgentFlow.Journaling.JournalEntryKind.EffectIntended);
        Assert.Equal([7], Refund.Paid);
    }

    [Fact]
    public async Task Injected_steps_stand_wherever_steps_stand()
    {
        var flow = Flow.FromCode<int, string>("code", (x, ctx) => ctx.RunAsync(Step.FromServices<DescribeNumberStep, int, string>(), x));
        await using var services = Services().AddAgentFlow().Strict();
        Assert.Equal("2 in session 1", await services.Runtime().RunAsync(flow, 2));
    }

    private static IServiceCollection Services() => new ServiceCollection().AddSingleton<Probe>().AddScoped<Session>();

    private abstract class Same : EffectStep<int, int>
    {
        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context) => new(input);
    }

    private abstract class Abstract : Same;

    private sealed class Concrete : Abstract;

    private sealed class Touchy : Same
    {
        public Touchy() => throw new InvalidOperationException("not today");
    }

    private sealed class Choosy : Same
    {
        public Choosy(Session session, Connection connection) => Assert.Fail($"{session} {connection}");

        public Choosy(Session? session = null, TimeProvider? time = null) => Used = $"{session} {time}";

        public string Used { get; }
    }

    private sealed class Keyed([FromKeyedServices("main")] Probe probe) : Same
    {
        public Probe Probe => probe;
    }

    private sealed class DescribeNumberStep(Session session) : EffectStep<int, string>
    {
        protected internal override ValueTask<string> ExecuteAsync(int input, StepContext context) => new($"{input} in session {session.Number}");
    }

    private class Increment : EffectStep<int, int>
    {
        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context) => new(input + 1);
    }

    private sealed class IncrementByTen : Increment
    {
        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context) => new(input + 10);
    }

    private sealed class Refund() : EffectStep<int, int>(EffectClass.Irreversible)
    {
        public static readonly List<int> Paid = [];

        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context)
        {
            Paid.Add(input);
            return new(input);
        }
    }

    private sealed class Disposable(Session session, Probe probe) : EffectStep<int, int>, IDisposable
    {
        public void Dispose() => probe.Note("step disposed");

        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context)
        {
            session.Use();
            return new(input);
        }
    }

    private sealed class AsyncDisposable(Session session, Probe probe) : EffectStep<int, int>, IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            probe.Note("step closed");
        }

        protected internal override async ValueTask<int> ExecuteAsync(int input, StepContext context)
        {
            await Task.Yield();
            session.Use();
            return input;
        }
    }

    private sealed class OCRPage2Text : EffectStep<int, int>
    {
        protected internal override ValueTask<int> ExecuteAsync(int input, StepContext context) => new(input);
    }

    private sealed class Store<T> : EffectStep<T, T>
    {
        protected internal override ValueTask<T> ExecuteAsync(T input, StepContext context) => new(input);
    }
}
