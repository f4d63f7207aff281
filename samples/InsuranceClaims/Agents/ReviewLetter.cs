using AgentFlow;

namespace InsuranceClaims;

/// <summary>The critic of the writer/critic loop.</summary>
internal static class ReviewLetter
{
    public const string Name = "review-letter";

    public const string Instructions = """
        You review draft letters of an insurer before they are sent. You do not rewrite them.

        Accept a letter that needs no change. Otherwise give one remark for each thing that is wrong or missing:

        - a payment: the exact amount, how it was calculated when a deductible or limit was applied, when it arrives;
        - a refusal: the reason, and how to complain;
        - a request: every missing document, and a date to send it by;
        - always: the claimant's name, the policy number when there is one, the language of the brief, whom to ask;
        - never: suspicion, scores, software, or an amount that the brief does not contain.
        """;

    public static Agent<Revision<Settlement, Letter, Critique>, Critique> Create() => Agent.Create<Revision<Settlement, Letter, Critique>, Critique>(Name)
        .Description("Reviews a draft letter before it is sent.")
        .Instructions(Instructions)
        .Prompt(Prompt)
        .OnTheModel()
        .Build();

    public static string Prompt(Revision<Settlement, Letter, Critique> task) => new Prompt()
        .Say("Review this letter.")
        .Section("brief", LetterBrief.Of(task.Task))
        .Section("letter", LetterText.Format(task.Draft ?? new Letter("", "")))
        .ToString();
}
