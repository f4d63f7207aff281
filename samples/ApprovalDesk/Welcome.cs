namespace ApprovalDesk;

/// <summary>How to use the desk, with the address it has got.</summary>
internal static class Welcome
{
    public static void Print(string url, IReadOnlyList<User> users)
    {
        Console.WriteLine($"ApprovalDesk listens on {url}");
        Console.WriteLine($"users: {string.Join(", ", users.Select(user => $"{user.Name} ({(user.Roles is { Length: > 0 } roles ? string.Join(" and ", roles) : "counter")}, key {user.Key})"))}");
        Console.WriteLine($$"""

            ask for a refund      curl -s {{url}}/refunds -H 'X-Api-Key: ada-key' --json '{"order":"A-1003","words":"It leaks."}'
            what is asked         curl -s {{url}}/requests -H 'X-Api-Key: carl-key'
            answer                curl -s {{url}}/requests/refund-A-1003/refund/clerk -H 'X-Api-Key: carl-key' --json '{"act":"approve","digest":"…"}'
            the run               curl -s {{url}}/runs/refund-A-1003 -H 'X-Api-Key: ada-key'

            Other acts: reject (reason), change (amount), claim, release, delegate (to), escalate. Stop it with kill -9, start it again, go on.
            """);
    }
}
