namespace InsuranceClaims;

/// <summary>Who answers when a claim needs a person.</summary>
internal enum ApproveMode
{
    /// <summary>Ask on the terminal.</summary>
    Ask,

    /// <summary>Approve everything that is asked.</summary>
    All,

    /// <summary>Approve nothing: what needs a person is left to one, unpaid.</summary>
    None,
}
