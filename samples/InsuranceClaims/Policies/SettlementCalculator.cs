using System.ComponentModel;
using AgentFlow;
using Microsoft.Extensions.AI;

namespace InsuranceClaims;

/// <summary>What the calculator tool answers.</summary>
/// <param name="Payable">Euros and cents.</param>
public sealed record SettlementCalculation(decimal Payable, string Calculation);

/// <summary>Money is computed by code: a model only decides what to compute.</summary>
internal static class SettlementCalculator
{
    [Description("Computes what is paid: damage less deductible, capped at the policy's limit. Use it for every payment; do not calculate yourself.")]
    public static SettlementCalculation Calculate(
        [Description("The assessed damage in euros")] decimal damage,
        [Description("The holder's deductible in euros")] decimal deductible,
        [Description("The policy's limit in euros")] decimal limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(damage);
        ArgumentOutOfRangeException.ThrowIfNegative(deductible);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var afterDeductible = Math.Max(0m, damage - deductible);
        var payable = Math.Round(Math.Min(afterDeductible, limit), 2, MidpointRounding.AwayFromZero);
        var text = $"{Money.Plain(damage)} - {Money.Plain(deductible)} = {Money.Plain(afterDeductible)}";
        return new(payable, afterDeductible > limit ? $"{text}, limited to {Money.Plain(limit)}" : text);
    }

    public static Tool AsTool() => Tool.From(AsFunction(), tool => tool.Effect(EffectClass.Read));

    public static AIFunction AsFunction() => AIFunctionFactory.Create(Calculate, "calculate_settlement", serializerOptions: ClaimsJson.Options);
}
