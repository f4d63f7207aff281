using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    public static TheoryData<JournalEntryKind> Kinds => [.. Enum.GetValues<JournalEntryKind>()];

    [Theory]
    [MemberData(nameof(Kinds), MemberType = typeof(JournalContract))]
    public async Task Every_kind_of_entry_is_kept(JournalEntryKind kind)
    {
        await AppendAsync("r", Entry(1, kind: JournalEntryKind.RunStarted));
        await AppendAsync("r", Entry(2, $$"""{"path":"a/b#2","time":12,"kind":"{{kind}}","value":null}""", kind));
        await ReopenAsync();
        Assert.Equal(kind, (await ReadAsync("r"))[1].Kind);
        Assert.Equal(kind, Assert.Single(await ListAsync()).Last);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(" { \"a\" :\t1 }\n")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"b\":1,\"a\":1.0000000000000000000000001}")]
    [InlineData("\"\\u0000\"")]
    [InlineData("\"\u0000\"")]
    [InlineData("\"Ελληνικά 中文 😀 e\u0301 \uFEFF\"")]
    [InlineData("not json")]
    public async Task A_body_is_kept_byte_by_byte(string body)
    {
        await AppendAsync("r", Entry(1, body), Entry(2, "behind"));
        await ReopenAsync();
        AssertSame([Entry(1, body), Entry(2, "behind")], await ReadAsync("r"));
    }

    [Fact]
    public async Task A_body_of_every_byte_is_kept()
    {
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await AppendAsync("r", Entry(1) with { Body = all });
        Assert.Equal(all, (await ReadAsync("r"))[0].Body.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(65_536)]
    [InlineData(1 << 20)]
    [InlineData(4 << 20)]
    public async Task A_body_may_be_as_large_as_a_runtime_allows_by_default(int bytes)
    {
        var body = new byte[bytes];
        new Random(bytes).NextBytes(body);
        await AppendAsync("r", Entry(1, "before"), Entry(2) with { Body = body }, Entry(3, "after"));
        await ReopenAsync();
        AssertSame([Entry(1, "before"), Entry(2) with { Body = body }, Entry(3, "after")], await ReadAsync("r"));
    }

    [Fact]
    public async Task A_body_may_be_a_part_of_something_larger()
    {
        var whole = "xx{\"a\":1}yy"u8.ToArray();
        await AppendAsync("r", Entry(1) with { Body = whole.AsMemory(2, 7) });
        Assert.Equal("{\"a\":1}", Text((await ReadAsync("r"))[0]));
    }
}
