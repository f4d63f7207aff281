namespace InsuranceClaims.Tests.OpenAi.Server;

/// <summary>What the local endpoint sends back.</summary>
/// <param name="Events">Server-sent events instead of one body.</param>
/// <param name="Cut">Closes the connection after the last event, without an end.</param>
internal sealed record WireAnswer(int Status, string? Body = null, IReadOnlyList<string>? Events = null, string? Header = null, bool Cut = false)
{
    public static WireAnswer Error(int status, string message, string? header = null) =>
        new(status, $$$"""{"error":{"message":"{{{message}}}","type":"test"}}""", Header: header);
}
