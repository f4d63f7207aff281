using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFlow.Tests.Serialization;

/// <summary>What is the same input, and what is another one.</summary>
public class InputPrintTests
{
    private static readonly JsonSerializerOptions Json = RuntimeJson.Complete(new FlowRuntimeOptions().SerializerOptions);

    private sealed record Item(string Name, decimal Price, DateTimeOffset At);

    private sealed record Order(int Id, IReadOnlyList<Item> Items, Dictionary<string, int> Counts);

    private sealed record Fresh(string Text)
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    private sealed class Interfaced
    {
        public IServiceProvider? Services { get; init; }
    }

    private static class First
    {
        public sealed record Claim(string Id);
    }

    private static class Second
    {
        public sealed record Claim(string Id, string Note = "");
    }

    [Fact]
    public void The_same_value_has_the_same_print_and_another_one_another()
    {
        Assert.True(Same("a", "a") && Same(1, 1) && Same((1, "x"), (1, "x")) && Same<string?>(null, null) && Same(Create(1), Create(1)));
        Assert.True(Other("a", "b") && Other("", "\0") && Other(1, 2) && Other((1, 2), (2, 1)) == false && Other((1, "x"), (2, "x")) && Other<string?>(null, "") && Other(Create(1), Create(2)));
        Assert.True(Other(Create(1), Create(1) with { Items = [] }) && Other(1.5, 1.25) && Other(true, false) && Other(new string('x', 9), new string('x', 10)));
        Assert.True(Other(new Dictionary<string, string> { ["a"] = "b" }, new Dictionary<string, string> { ["b"] = "a" }));
        Assert.True(Other<List<int[]>>([[1], [2, 3]], [[1, 2], [3]]));
    }

    [Fact]
    public void It_is_the_same_in_every_process()
    {
        // Format 1: durable journals keep it.
        Assert.Equal("813f3f85456ad17d879c75af", $"{InputPrint.Of(Create(1), Json)}");
        Assert.Equal("a6d180611911d28a9649ac14", $"{InputPrint.Of("text", Json)}");
        Assert.Equal(InputPrint.Of(7, Json), InputPrint.Parse($"{InputPrint.Of(7, Json)}"));
        Assert.Null(InputPrint.Parse("zz"));
        Assert.Null(InputPrint.Parse(null));
    }

    [Fact]
    public void What_a_journal_gives_back_has_the_same_print()
    {
        Check(Create(1));
        Check(("x", 1.10m, DateTime.UtcNow, new List<Item>()));
        Check<object?>(1.0);
        Check(JsonSerializer.SerializeToElement(new { Ü = "ä<\"", n = 1.50m, list = new object[] { 1, "x", null! } }));
        Check(new Dictionary<string, JsonElement> { ["x"] = JsonSerializer.SerializeToElement(1.20m) });
        Check(double.Epsilon);
        Check(new[] { 0.1f, float.MaxValue });
    }

    [Fact]
    public void The_order_of_sets_and_dictionaries_does_not_matter_nor_the_place_of_a_local_time()
    {
        var words = Enumerable.Range(0, 50).Select(i => $"w{i}").ToList();
        Assert.True(Same(words.ToHashSet(), words.AsEnumerable().Reverse().ToHashSet()));
        Assert.True(Same(words.ToDictionary(w => w, w => w.Length), words.AsEnumerable().Reverse().ToDictionary(w => w, w => w.Length)));
        Assert.True(Same(words.ToImmutableHashSet(), words.ToImmutableHashSet()));
        var time = new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.FromHours(1));
        Assert.True(Same(time, time.ToUniversalTime()));
        Assert.True(Other(time, time.AddTicks(1)));
    }

    [Fact]
    public void Values_of_types_that_have_changed_are_not_compared()
    {
        var (old, now) = (InputPrint.Of(new First.Claim("1"), Json)!.Value, InputPrint.Of(new Second.Claim("1"), Json)!.Value);
        Assert.NotEqual(old.Value, now.Value);
        Assert.False(now.Differs(old));
        Assert.False(InputPrint.Of((1, new Second.Claim("1")), Json)!.Value.Differs(InputPrint.Of((1, new First.Claim("1")), Json)!.Value));
        Assert.False(InputPrint.Of(new List<Second.Claim> { new("1") }, Json)!.Value.Differs(InputPrint.Of(new List<First.Claim> { new("1") }, Json)!.Value));
    }

    [Fact]
    public void What_cannot_be_relied_on_has_none()
    {
        Assert.Null(InputPrint.Of(new Fresh("x"), Json));
        Assert.Null(InputPrint.Of(new Fresh("x"), Json));
        Assert.Null(InputPrint.Of(new MemoryStream(), Json));
        Assert.Null(InputPrint.Of(new Throwing(), Json));
        Assert.Null(InputPrint.Of(new string('x', 300_000), Json));
        Assert.NotNull(InputPrint.Of(new string('x', 200_000), Json));
        var enumerated = 0;
        Assert.Null(InputPrint.Of(Numbers(), Json));
        Assert.Null(InputPrint.Of<object>(Numbers(), Json));
        Assert.Equal(0, enumerated);
        Assert.NotNull(InputPrint.Of<IEnumerable<int>>([1, 2], Json));

        IEnumerable<int> Numbers()
        {
            enumerated++;
            yield return 1;
        }
    }

    private sealed class Throwing
    {
        public int Value => throw new FormatException("no");
    }

    private static Order Create(int id) => new(id, [new("a", 1.10m, new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), new("b", 2m, default)], new() { ["x"] = 1, ["y"] = 2 });

    private static bool Same<T>(T one, T other) => InputPrint.Of(one, Json) is { } print && print == InputPrint.Of(other, Json);

    private static bool Other<T>(T one, T other) => InputPrint.Of(one, Json)!.Value.Differs(InputPrint.Of(other, Json)!.Value);

    private static void Check<T>(T value) => Assert.True(Same(value, JsonSerializer.Deserialize<T>(JsonSerializer.SerializeToUtf8Bytes(value, Json), Json)!), $"{value}");
}
