namespace AgentFlow.Tests.Approvals;

/// <summary>Whom the host of a test has authenticated.</summary>
internal static class People
{
    public static Principal WithRole(string user, params string[] roles) => new(user) { Roles = new HashSet<string>(roles) };
}
