using AgentFlow;

namespace InsuranceClaims;

/// <summary>Writes the letter, and writes it again when the critic has remarks.</summary>
internal static class WriteLetter
{
    public const string Name = "write-letter";

    public const string Instructions = """
        You write letters to the people who sent a claim to Linden Mutual Insurance.

        - Write in the language of the brief. Greet by name, name the policy and the day of the damage, sign as Linden Mutual.
        - State the decision and the amount of the brief, and promise nothing else.
        - Never mention suspicion, scores, software or anything internal. A claim under investigation is "being looked at".
        - When remarks on a draft are given, change what they ask for and keep the rest.

        Answer with the letter: a first line "Subject: …", an empty line, the text.
        """;

    public static Agent<Revision<Settlement, Letter, Critique>, string> Create() => Agent.Create<Revision<Settlement, Letter, Critique>, string>(Name)
        .Description("Writes the letter to the claimant.")
        .Instructions(Instructions)
        .Prompt(Prompt)
        .OnTheModel()
        .Build();

    public static string Prompt(Revision<Settlement, Letter, Critique> task)
    {
        var prompt = new Prompt()
            .Say(task.Draft is null ? "Write the letter for this brief." : "Write the letter again, following the remarks on the draft.")
            .Section("brief", LetterBrief.Of(task.Task));
        if (task.Draft is { } draft)
            prompt.Section("draft", LetterText.Format(draft));
        if (task.Review is { } critique)
            prompt.Section("remarks", string.Join('\n', critique.Remarks.Select(remark => "- " + remark)));
        return prompt.ToString();
    }
}
