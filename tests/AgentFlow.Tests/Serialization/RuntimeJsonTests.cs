using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Serialization;

public sealed class RuntimeJsonTests
{
    private static readonly JsonSerializerOptions Json = RuntimeJson.Complete(AIJsonUtilities.DefaultOptions);

    [Fact]
    public void Tuples_keep_their_items()
    {
        Back((1, "two"), "[1,\"two\"]");
        Back(ValueTuple.Create(1), "[1]");
        Back<(int, (string?, bool))>((1, (null, true)), "[1,[null,true]]");
        Back<(int, int)?>((1, 2), "[1,2]");
        Back((1, 2, 3, 4, 5, 6, 7, 8), "[1,2,3,4,5,6,7,8]");
        Back((1, 2, 3, 4, 5, 6, 7, (8, 9), "ten"), "[1,2,3,4,5,6,7,[8,9],\"ten\"]");
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("[1,2,3]")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Other_json_is_no_tuple(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<(int, int)>(json, Json));

    [Fact]
    public void Outcomes_keep_value_error_and_place()
    {
        Assert.Equal(Outcome<int>.Success(3, StepPath.Parse("a/b")), Copy(Outcome<int>.Success(3, StepPath.Parse("a/b"))));
        Assert.Equal(Outcome<int>.Failure("E", "m", StepPath.Parse("a/b#2")), Copy(Outcome<int>.Failure("E", "m", StepPath.Parse("a/b#2"))));
        Assert.Equal(default, Copy(default(Outcome<string>)));
    }

    [Fact]
    public void A_type_whose_data_would_be_lost_is_refused()
    {
        var error = Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(new OnlyFields { Amount = 3 }, Json));
        Assert.Contains("OnlyFields has public fields and no properties", error.Message, StringComparison.Ordinal);

        var including = RuntimeJson.Complete(new(JsonSerializerOptions.Default) { IncludeFields = true });
        Assert.Equal("{\"Amount\":3}", JsonSerializer.Serialize(new OnlyFields { Amount = 3 }, including));
    }

    [Fact]
    public void A_converter_of_the_host_comes_first()
    {
        var host = new JsonSerializerOptions(JsonSerializerOptions.Default);
        host.Converters.Add(new Pairs());

        Assert.Equal("\"1-2\"", JsonSerializer.Serialize((1, 2), RuntimeJson.Complete(host)));
    }

    private static void Back<T>(T value, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(value, Json));
        Assert.Equal(value, Copy(value));
    }

    private static T Copy<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, Json), Json)!;

    private sealed class OnlyFields
    {
        public int Amount;
    }

    private sealed class Pairs : System.Text.Json.Serialization.JsonConverter<(int, int)>
    {
        public override (int, int) Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, (int, int) value, JsonSerializerOptions options) => writer.WriteStringValue($"{value.Item1}-{value.Item2}");
    }
}
