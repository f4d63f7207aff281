namespace InsuranceClaims;

/// <summary>What the command line asks for.</summary>
/// <param name="Paths">Files and folders; empty means the claims that come with the sample.</param>
/// <param name="Journal">Where runs are kept; null keeps them in memory.</param>
/// <param name="Resume">Starts nothing: continues what the journal has.</param>
/// <param name="Approve">Null when the command line does not say.</param>
internal sealed record Options(IReadOnlyList<string> Paths, ApproveMode? Approve, bool Bad, string Out, bool Help, string? Journal = null, bool Resume = false)
{
    /// <summary>Without a terminal there is nobody to ask, so nothing waits for an answer.</summary>
    public ApproveMode ApproveWith(bool interactive) =>
        interactive ? Approve ?? ApproveMode.Ask : Approve == ApproveMode.All ? ApproveMode.All : ApproveMode.None;
}
