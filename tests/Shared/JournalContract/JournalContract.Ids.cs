using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    public static TheoryData<string> OddIds =>
    [
        "a", " leading and trailing ", "two words", ".", "..", "...", "-", "_", "*", "?", "%", "a%b_c", "nul", "CON", "MANIFEST", "LOCK", "00000001-0.seg",
        "'; drop table runs; --", "\"quoted\"", "back\\slash", "$HOME", "{0}", "${x}", "a:b", "a|b", "a&b=c#d", "<a>", "~", "null", "true", "0", "-1",
        "0123456789abcdef-1", "0123456789abcdef-01", "0123456789ABCDEF-1", "0123456789abcdef-9223372036854775807",
        "Straße", "Ελληνικά", "中文", "日本語テキスト", "עברית", "😀", "👩‍👩‍👧‍👦", "é", "e\u0301", "\uFEFF", "\u200B", "\u00A0x", "İi", "\U0010FFFF",
    ];

    [Theory]
    [MemberData(nameof(OddIds), MemberType = typeof(JournalContract))]
    public async Task Any_id_is_a_key(string id)
    {
        await AppendAsync(id, Entry(1, "\"mine\""));
        await AppendAsync("another", Entry(1));
        await ReopenAsync();
        await AppendAsync(id, Entry(2));
        Assert.Equal("\"mine\"", Text((await ReadAsync(id))[0]));
        var listed = Assert.Single(await ListAsync(), run => run.RunId != Id("another"));
        Assert.Equal((Id(id), id, 2), (listed.RunId, listed.RunId.ToString(), listed.Sequence));
    }

    [Fact]
    public async Task The_longest_ids_differ_in_their_last_character()
    {
        var (one, other) = (new string('x', 199) + "1", new string('x', 199) + "2");
        await AppendAsync(one, Entries(1, 1));
        await AppendAsync(other, Entries(1, 2));
        Assert.Equal((1, 2), (await LengthAsync(one), await LengthAsync(other)));
    }

    [Fact]
    public async Task The_longest_id_of_the_widest_characters_is_kept()
    {
        var id = string.Concat(Enumerable.Repeat("中", 200));
        await AppendAsync(id, Entry(1));
        await ReopenAsync();
        Assert.Equal(Id(id), Assert.Single(await ListAsync()).RunId);
    }

    [Theory]
    [InlineData("run", "Run")]
    [InlineData("run", "run ")]
    [InlineData("é", "e\u0301")]
    [InlineData("ss", "ß")]
    [InlineData("i", "ı")]
    [InlineData("a", "а")]
    [InlineData("1", "01")]
    [InlineData("run-2", "run-10")]
    [InlineData("0123456789abcdef-1", "0123456789abcdef-10")]
    [InlineData("0123456789abcdef-1", "0123456789abcdef-01")]
    [InlineData("fullwidth１", "fullwidth1")]
    public async Task Ids_are_compared_character_by_character(string one, string other)
    {
        await AppendAsync(one, Entries(1, 1));
        await AppendAsync(other, Entries(1, 2));
        await ReopenAsync();
        Assert.Equal((1, 2, 2), (await LengthAsync(one), await LengthAsync(other), (await ListAsync()).Count));
    }
}
