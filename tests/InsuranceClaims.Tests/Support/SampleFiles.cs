namespace InsuranceClaims.Tests;

/// <summary>The files that come with the sample, as the build copies them.</summary>
internal static class SampleFiles
{
    public static string Home => AppContext.BaseDirectory;

    public static string Claims => Path.Combine(Home, "claims");

    public static PolicyBook Policies { get; } = PolicyBook.Load(Path.Combine(Home, "data", "policies.json"));

    public static Task<ClaimFile> ReadAsync(string id) => ClaimFileReader.ReadAsync(Directory.GetFiles(Claims, id + ".*").Single());
}
