namespace ResearchDesk;

internal static class ExitCodes
{
    public const int Done = 0;
    public const int SomeUnreadable = 2;
    public const int NoReport = 3;
    public const int Usage = 64;
    public const int NoInput = 66;
    public const int Cancelled = 130;
}
