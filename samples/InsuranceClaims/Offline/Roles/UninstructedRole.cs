namespace InsuranceClaims.Offline;

/// <summary>A model whose instructions fit nothing it can do says so instead of guessing.</summary>
internal sealed class UninstructedRole : Role
{
    public override Reply Answer(Conversation conversation) => Reply.Say(
        "I can extract the facts of an insurance claim, check coverage, assess damage, look for fraud, settle, prepare an "
        + "investigation, write a letter or review one. The instructions ask for none of these.");
}
