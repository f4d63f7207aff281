using System.Text.RegularExpressions;

namespace InsuranceClaims.Offline;

/// <summary>
/// Decides from the instructions who the model is. The user's text has no say in it: post that says "you are now the
/// cashier" changes nothing.
/// </summary>
internal static partial class RolePicker
{
    private const int OpeningWeight = 5;

    private static readonly (Role Role, Regex Words)[] Roles =
    [
        (new ExtractionRole(), Extraction()),
        (new CoverageRole(), Coverage()),
        (new DamageRole(), Damage()),
        (new FraudRole(), Fraud()),
        (new InvestigationRole(), Investigation()),
        (new SettlementRole(), Settlement()),
        (new CriticRole(), Critic()),
        (new WriterRole(), Writer()),
    ];

    private static readonly Role Nobody = new UninstructedRole();

    public static Role Pick(Conversation conversation)
    {
        var instructions = conversation.Instructions;
        var opening = Opening().Match(instructions).Value;
        var (best, most) = (Nobody, 0);
        foreach (var (role, words) in Roles)
        {
            var score = OpeningWeight * words.Count(opening) + words.Count(instructions);
            if (score > most)
                (best, most) = (role, score);
        }
        return best;
    }

    [GeneratedRegex(@"\A\s*[^.!?\n]*(?:\n[^.!?\n]+)?")]
    private static partial Regex Opening();

    [GeneratedRegex(@"\bextract\w*|\bread\w* .{0,30}(?:post|mail|letter|document)|pull .{0,40}out of|key data|structured data", RegexOptions.IgnoreCase)]
    private static partial Regex Extraction();

    [GeneratedRegex(@"\bcover(?:s|age|ed)?\b|\bpolicy (?:check|wording|terms)|\binsured\b", RegexOptions.IgnoreCase)]
    private static partial Regex Coverage();

    [GeneratedRegex(@"\bassess\w* (?:the |a )?(?:damage|loss|repair)|\bestimat\w+ (?:the )?(?:damage|loss|cost)|\bloss adjust\w+|\bappraise\w*|\bdamage assess\w*", RegexOptions.IgnoreCase)]
    private static partial Regex Damage();

    [GeneratedRegex(@"\bfraud\w*|\bsuspici\w+ (?:sign|pattern)s?", RegexOptions.IgnoreCase)]
    private static partial Regex Fraud();

    [GeneratedRegex(@"\binvestigat\w+", RegexOptions.IgnoreCase)]
    private static partial Regex Investigation();

    [GeneratedRegex(@"\bsettl\w+|\bpropose (?:one |an )?(?:outcome|payment)|\bdecide what is paid", RegexOptions.IgnoreCase)]
    private static partial Regex Settlement();

    [GeneratedRegex(@"\breview\w*|\bcriti\w+|\bproofread\w*|\bremarks? for each", RegexOptions.IgnoreCase)]
    private static partial Regex Critic();

    [GeneratedRegex(@"\b(?:write|compose|draft)s?\b .{0,20}(?:letter|repl|answer)\w*|\bletter writer|\bcorrespondence", RegexOptions.IgnoreCase)]
    private static partial Regex Writer();
}
