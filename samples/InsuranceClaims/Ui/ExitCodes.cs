namespace InsuranceClaims;

internal static class ExitCodes
{
    public const int Done = 0;
    public const int SomeFailed = 2;
    public const int Usage = 64;
    public const int NoInput = 66;
    public const int JournalFailed = 74;
    public const int Cancelled = 130;
}
