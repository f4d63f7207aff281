using System.Collections;
using AgentFlow.Tests.Runs;

namespace AgentFlow.Tests.Flows;

/// <summary>Sources that throw wherever a source can: the failure is the verb's, at its path.</summary>
public class HostileSourceTests
{
    private readonly VirtualRun _test = new();
    private readonly Step<int, int> _step = Step.Create<int, int>("step", (x, _) => x < 0 ? throw new ArithmeticException("negative") : x);

    public enum Place
    {
        GetEnumerator,
        NoEnumerator,
        MoveNext,
        Current,
        Dispose,
    }

    [Theory]
    [CombinatorialPlaces]
    public void A_source_that_throws_fails_the_verb_at_its_path(Place place, int maxParallel)
    {
        var flow = Flow.Start<int>("flow").ForEach(_ => new Source([1, 2], place), _step, maxParallel).Map(all => all.Count).Build();
        var failure = Finish(flow).Failure();
        Assert.Equal("flow/step", failure.Path.ToString());
        Assert.Contains("the source of a ForEach", Assert.IsType<FlowCodeException>(failure.InnerException).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Place.GetEnumerator)]
    [InlineData(Place.MoveNext)]
    [InlineData(Place.Current)]
    [InlineData(Place.Dispose)]
    public void In_code_it_is_the_sources_own_exception_at_the_path_of_the_call(Place place)
    {
        var flow = Flow.FromCode<int, int>("flow", async (x, ctx) => (await ctx.ForEachAsync(new Source([1, 2], place), 2, (y, c) => c.RunAsync(_step, y))).Count);
        var failure = Finish(flow).Failure();
        Assert.Equal("flow/each", failure.Path.ToString());
        Assert.Equal($"{place} failed", Assert.IsType<IOException>(failure.InnerException).Message);
    }

    [Fact]
    public void A_failed_item_says_more_than_a_source_that_fails_to_end() =>
        Assert.Equal("flow/step/0", Finish(Flow.Start<int>("flow").ForEach(_ => new Source([-1, 2], Place.Dispose), _step, 1).Map(all => all.Count).Build()).Failure().Path.ToString());

    [Theory]
    [InlineData("no", "threw IOException: no. The lambdas")]
    [InlineData("no!", "threw IOException: no! The lambdas")]
    [InlineData("no. ", "threw IOException: no. The lambdas")]
    [InlineData(" ", "threw IOException: (no message). The lambdas")]
    public void What_a_lambda_threw_is_a_sentence_of_the_message(string text, string shown) =>
        Assert.Contains(shown, Finish(Flow.Start<int>("flow").Map(x => x == 1 ? throw new IOException(text) : x).Build()).Failure().Message, StringComparison.Ordinal);

    private FlowRun<int> Finish(Flow<int, int> flow)
    {
        var run = _test.Start(flow, 1);
        _test.Finish(run);
        return run;
    }

    private sealed class CombinatorialPlacesAttribute : Xunit.v3.DataAttribute
    {
        public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(System.Reflection.MethodInfo testMethod, Xunit.Sdk.DisposalTracker disposalTracker) =>
            new([.. from place in Enum.GetValues<Place>() from parallel in new[] { 1, 2, 64 } select new TheoryDataRow<Place, int>(place, parallel)]);

        public override bool SupportsDiscoveryEnumeration() => true;
    }

    private sealed class Source(int[] items, Place place) : IEnumerable<int>, IEnumerator<int>
    {
        private int _index = -1;

        public int Current => place == Place.Current ? throw new IOException("Current failed") : items[_index];

        object IEnumerator.Current => Current;

        public IEnumerator<int> GetEnumerator() => place switch
        {
            Place.GetEnumerator => throw new IOException("GetEnumerator failed"),
            Place.NoEnumerator => null!,
            _ => this,
        };

        public bool MoveNext() => place == Place.MoveNext ? throw new IOException("MoveNext failed") : ++_index < items.Length;

        public void Reset()
        {
        }

        public void Dispose()
        {
            if (place == Place.Dispose) throw new IOException("Dispose failed");
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
