namespace InsuranceClaims;

/// <summary>What happened, in the words of the policies.</summary>
public enum DamageKind
{
    Other,
    Water,
    Flood,
    Fire,
    Theft,
    Storm,
    Glass,
    Liability,
    Car,
    Travel,
}
