namespace AgentFlow.Tests.Journaling.Durable;

/// <summary>A durable flow sees after a restart what it saw live, or the effect fails with the cure.</summary>
public sealed class NarrowingTests
{
    [Fact]
    public Task An_object_of_its_own_type_would_come_back_as_json() => RefusedAsync(Flow.Start<int>("flow").Then("make", (x, _) => (object)new Derived(x, 2)).Build(), "a Derived and declared as object");

    [Fact]
    public Task A_derived_class_would_come_back_as_its_base() => RefusedAsync(Flow.Start<int>("flow").Then("make", (x, _) => (Base)new Derived(x, 2)).Build(), "a Derived and declared as Base");

    [Fact]
    public async Task Declared_types_derived_types_and_collections_are_kept()
    {
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal() });
        var flow = Flow.Start<int>("flow")
            .Then("exact", (x, _) => new Base(x))
            .Then("shape", (x, _) => (Shape)new Square(x.X))
            .Then("list", (x, _) => (IReadOnlyList<Shape>)new Shape[] { x })
            .Build();

        Assert.Equal(new Square(3), Assert.Single(await runtime.RunAsync(flow, 3)));
    }

    private static async Task RefusedAsync<T>(Flow<int, T> flow, string what)
    {
        await using var runtime = new FlowRuntime(new() { Journal = new InProcessJournal() });
        var failure = await Assert.ThrowsAsync<FlowRunFailedException>(async () => await runtime.RunAsync(flow, 1));
        Assert.Equal("flow/make", failure.Path.ToString());
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
    }

    private record Base(int X);

    private sealed record Derived(int X, int Y) : Base(X);

    [System.Text.Json.Serialization.JsonDerivedType(typeof(Square), "square")]
    private abstract record Shape;

    private sealed record Square(int Side) : Shape;
}
