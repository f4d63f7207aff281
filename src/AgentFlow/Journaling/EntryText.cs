namespace AgentFlow.Journaling;

/// <summary>Words in an entry, of any length when they come from an exception. The fact counts: it is kept with as many of them as every journal takes.</summary>
internal static class EntryText
{
    private const int MaxLength = 16_384;
    private const string Rest = " …";

    /// <summary>Enough of a value to recognise it in a message.</summary>
    public static string Short(string text) => text.Length <= 100 ? text : text[..100] + Rest;

    public static string Cut(string text)
    {
        if (text.Length <= MaxLength) return text;
        var end = MaxLength - Rest.Length;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Rest;
    }
}
