namespace InsuranceClaims.Offline;

/// <summary>One thing the model can be told to be.</summary>
internal abstract class Role
{
    public abstract Reply Answer(Conversation conversation);

    /// <summary>The facts of the claim: as data when somebody extracted them, otherwise read from whatever text there is.</summary>
    protected static ClaimFacts Facts(Conversation conversation) =>
        conversation.Section<ClaimFacts>("facts") ?? FactReader.Read(conversation.Sections.GetValueOrDefault("claim") ?? conversation.UserText);
}
