using System.Text;
using System.Text.Json;
using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow.Tests.Context.Tokens;

/// <summary>The estimate against counts that the vocabularies cl100k_base and o200k_base give for the same texts.</summary>
public class TokenEstimateTests
{
    public static TheoryData<string, string, int, int> Measured => new()
    {
        { "german", "Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung aller staatlichen Gewalt. Das Deutsche Volk bekennt sich darum zu unverletzlichen und unveräußerlichen Menschenrechten als Grundlage jeder menschlichen Gemeinschaft.", 68, 52 },
        { "french", "Les hommes naissent et demeurent libres et égaux en droits. Les distinctions sociales ne peuvent être fondées que sur l'utilité commune.", 32, 29 },
        { "polish", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa.", 64, 53 },
        { "finnish", "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki ja omatunto.", 44, 36 },
        { "vietnamese", "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi.", 38, 22 },
        { "turkish", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler.", 36, 29 },
        { "russian", "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью.", 51, 28 },
        { "greek", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.", 76, 31 },
        { "hebrew", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.", 85, 31 },
        { "arabic", "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا.", 52, 27 },
        { "persian", "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند.", 53, 22 },
        { "hindi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।", 84, 25 },
        { "bengali", "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।", 84, 19 },
        { "tamil", "மனிதப் பிறிவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்.", 73, 21 },
        { "thai", "มนุษย์ทั้งปวงเกิดมามีอิสระและเสมอภาคกันในศักดิ์ศรีและสิทธิ", 62, 31 },
        { "georgian", "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით.", 144, 21 },
        { "armenian", "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։", 150, 22 },
        { "amharic", "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።", 104, 79 },
        { "khmer", "មនុស្សទាំងអស់ កើតមកមានសេរីភាព និងសមភាព ក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរ និងសិទ្ធិ", 125, 43 },
        { "burmese", "လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် လည်းကောင်း", 104, 31 },
        { "chinese", "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。", 50, 35 },
        { "chinese trad", "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。", 60, 39 },
        { "japanese", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられている。", 66, 52 },
        { "korean", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며", 66, 39 },
        { "emoji", "😀😂🥰👍🏽👩‍👩‍👧‍👦🇩🇪🏳️‍🌈❤️✨🎉🚀🔥💯🤷🏻‍♀️🦄🫠", 78, 49 },
        { "symbols", "∀x∈ℝ: x² ≥ 0 ⇒ √x² = |x| … “quoted” — ‘it’ • → ← ½ € £ ¥ © ™ ░▒▓█ ┌─┐│└┘", 57, 53 },
        { "english", "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.", 33, 33 },
        { "csharp", "public async ValueTask<TOut> RunAsync<TIn, TOut>(Step<TIn, TOut> step, TIn input)\n{\n    ArgumentNullException.ThrowIfNull(step);\n    return await step.InvokeAsync(this, PathOf(step), input).ConfigureAwait(false);\n}\n", 54, 57 },
        { "python", "def count(words):\n    table = {}\n    for word in words:\n        table[word] = table.get(word, 0) + 1\n    return sorted(table.items(), key=lambda pair: -pair[1])\n", 45, 45 },
        { "json", "{\"customer\":{\"id\":\"C-1042\",\"name\":\"Ada\",\"tags\":[\"gold\",\"eu\"]},\"amount\":1299.5,\"paid\":false,\"lines\":[{\"sku\":\"X-1\",\"count\":3}]}", 45, 46 },
        { "csv", "date,region,units,revenue\n2026-01-05,north,120,4310.50\n2026-01-06,south,98,3987.25\n2026-01-07,west,143,5120.00\n", 56, 56 },
        { "base64", "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0IG9mIGJhc2U2NCBlbmNvZGluZyB3aXRoIHNvbWUgYnl0ZXM7IDEyMzQ1Njc4OTAgJiUkIyE=", 74, 67 },
        { "hash", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", 33, 33 },
        { "uuid", "6f9619ff-8b86-d011-b42d-00c04fc964ff", 21, 21 },
        { "markdown", "| name | size |\n|------|------|\n| a    | 10   |\n\n## Next steps\n\n- [ ] *check* the `config.json`\n- [x] **done**\n", 40, 40 },
        { "url", "https://example.org/search?q=token+count&lang=en&page=2#results", 18, 18 },
    };

    [Theory]
    [MemberData(nameof(Measured))]
    public void No_text_is_counted_much_below_what_vocabularies_make_of_it(string kind, string text, int cl100k, int o200k)
    {
        var estimate = TokenEstimate.Default.CountText(text);
        Assert.True(estimate >= 0.79 * cl100k, $"{kind}: {estimate}, and cl100k makes {cl100k}");
        Assert.True(estimate >= 0.97 * o200k, $"{kind}: {estimate}, and o200k makes {o200k}");
        Assert.True(estimate <= 2 * cl100k, $"{kind}: {estimate} is more than twice {cl100k}");
    }

    [Fact]
    public void Prose_and_code_are_counted_higher_than_they_are_and_not_by_half()
    {
        var (estimate, actual) = (0, 0);
        foreach (var (kind, text, cl100k, _) in Measured.Select(row => row.Data).Where(row => row.Item1 is "english" or "csharp" or "python" or "markdown"))
        {
            estimate += TokenEstimate.Default.CountText(text);
            actual += cl100k;
        }

        Assert.InRange(estimate, actual * 1.1, actual * 1.5);
    }

    [Fact]
    public void Any_text_counts_at_least_a_quarter_and_at_most_all_of_its_bytes()
    {
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var text = new StringBuilder();
            for (var n = random.Next(1, 60); n > 0; n--)
            {
                var rune = random.Next(4) switch { 0 => random.Next(32, 127), 1 => random.Next(9, 0x800), 2 => random.Next(0x800, 0xd800), _ => random.Next(0x10000, 0x1ffff) };
                text.Append(new Rune(rune).ToString(), 0, new Rune(rune).Utf16SequenceLength);
            }

            var (bytes, tokens) = (Encoding.UTF8.GetByteCount(text.ToString()), TokenEstimate.Default.CountText(text.ToString()));
            Assert.InRange(tokens, (bytes + 3) / 4, bytes);
        }
    }

    [Fact]
    public void Broken_surrogates_and_nothing_are_counted_too()
    {
        Assert.Equal(0, TokenEstimate.Default.CountText(""));
        Assert.InRange(TokenEstimate.Default.CountText("\ud83d"), 1, 3);
        Assert.InRange(TokenEstimate.Default.CountText("\ude00\ud83d"), 2, 6);
    }

    [Fact]
    public void A_message_counts_everything_in_it()
    {
        var counter = TokenEstimate.Default;
        Assert.Equal(TokenEstimate.PerMessage, counter.CountMessage(new(ChatRole.User, [])));
        var call = new FunctionCallContent("c1", "search", new Dictionary<string, object?> { ["query"] = new string('x', 400), ["n"] = JsonElement.Parse("[1,2]") });
        Assert.True(counter.CountMessage(new(ChatRole.Assistant, [call])) > 100);
        Assert.True(counter.CountMessage(new(ChatRole.Tool, [new FunctionResultContent("c1", JsonElement.Parse("{\"rows\":[1,2,3]}"))])) > counter.CountMessage(new(ChatRole.Tool, [new FunctionResultContent("c1", null)])));
        Assert.Equal(TokenEstimate.PerMessage + TokenEstimate.PerImage, counter.CountMessage(new(ChatRole.User, [new DataContent(new byte[9], "image/png")])));
        Assert.True(counter.CountMessage(new(ChatRole.User, [new DataContent(new byte[100_000], "application/pdf")])) >= 25_000);
        Assert.True(counter.CountMessage(new(ChatRole.User, [new UriContent("https://example.org/a.png", "image/png")])) >= TokenEstimate.PerImage);
        Assert.True(counter.CountMessage(new(ChatRole.Tool, [new FunctionResultContent("c1", new List<AIContent> { new TextContent("one two three four") })])) > 16);
    }

    [Fact]
    public void A_tokenizer_of_the_host_counts_messages_too() =>
        Assert.Equal(TokenEstimate.PerMessage + 11, new Characters().CountMessage(new(ChatRole.User, "hello world")));

    private sealed class Characters : TokenEstimate
    {
        public override int CountText(ReadOnlySpan<char> text) => text.Length;
    }
}
