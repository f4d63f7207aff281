namespace InsuranceClaims;

/// <summary>The command line cannot be understood.</summary>
/// <param name="argument">The argument that is wrong.</param>
internal sealed class UsageException(string argument, string message) : Exception($"{message} See --help.")
{
    public string Argument { get; } = argument;
}
