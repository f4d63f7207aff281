using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AgentFlow;

namespace ApprovalDesk;

/// <summary>Somebody who may call the desk. A desk of your own keeps hashes of keys, or leaves this to an identity provider.</summary>
internal sealed record User(string Name, string Key, string[]? Roles = null);

/// <summary>Lets those in whose key is in the header.</summary>
internal sealed class ApiKeys(RequestDelegate next, IReadOnlyList<User> users)
{
    private const string Header = "X-Api-Key";

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers[Header] is [{ } given] && Find(given) is { } user)
        {
            context.User = new(new ClaimsIdentity([new(ClaimTypes.Name, user.Name), .. (user.Roles ?? []).Select(role => new Claim(ClaimTypes.Role, role))], Header));
            await next(context);
            return;
        }

        context.Response.Headers.WWWAuthenticate = Header;
        await TypedResults.Problem($"Say who you are: the header {Header} takes the key of a user.", statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }

    /// <summary>Takes the same time for every key: each user is compared, and hashes have one length.</summary>
    private User? Find(string given)
    {
        User? found = null;
        var hash = Hash(given);
        foreach (var user in users)
            if (CryptographicOperations.FixedTimeEquals(hash, Hash(user.Key))) found = user;
        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}

/// <summary>The caller in the library's terms.</summary>
internal static class Caller
{
    public static Principal AsCaller(this ClaimsPrincipal user) =>
        new(user.Identity!.Name!) { Roles = user.FindAll(ClaimTypes.Role).Select(role => role.Value).ToHashSet() };
}
