using System.Security.Cryptography;
using System.Text;
using Shared.Chance;
using Shared.Operators;

namespace WaBot.Web.Admin;

/// <summary>What a bearer token may do. A scope opens its own calls only; reading is a scope too.</summary>
internal static class AdminScopes
{
    /// <summary>Claims, audit and reports.</summary>
    public const string Read = "read";

    /// <summary>Retry, retry elsewhere, clean up, upgrade, pause.</summary>
    public const string Claims = "claims";

    /// <summary>Freeze and release deletions, extend grace, protect a member, let held deletions go on.</summary>
    public const string Deletions = "deletions";

    /// <summary>Compare with the panel, adopt, recreate, release ports.</summary>
    public const string Panel = "panel";

    public static readonly IReadOnlyList<string> All = [Read, Claims, Deletions, Panel];
}

internal static class AdminTokens
{
    private const string Prefix = "wabot_";
    private const int SecretBytes = 32;

    /// <summary>256 random bits: a plain hash of it is as good as a slow one.</summary>
    public static string New(IRandomBytes random)
    {
        var secret = new byte[SecretBytes];
        random.Fill(secret);
        return Prefix + Convert.ToHexStringLower(secret);
    }

    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The token of an <c>Authorization: Bearer</c> header; null when there is none or it is not valid.</summary>
    public static async Task<ApiToken?> FindAsync(HttpContext context, IApiTokens tokens, CancellationToken ct)
    {
        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.Ordinal) && header.Length == Scheme.Length + Prefix.Length + (SecretBytes * 2)
            ? await tokens.FindAsync(Hash(header[Scheme.Length..]), ct)
            : null;
    }
}
