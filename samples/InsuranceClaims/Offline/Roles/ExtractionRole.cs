namespace InsuranceClaims.Offline;

internal sealed class ExtractionRole : Role
{
    public override Reply Answer(Conversation conversation) =>
        Reply.Json(FactReader.Read(conversation.Sections.GetValueOrDefault("claim") ?? conversation.UserText));
}
