using Shared.Claims;

namespace Provisioning.Accounts;

/// <summary>The names to be tried for a claim's panel user, in order: the wish, then the wish with a suffix that is always the same for this member.</summary>
internal static class PanelUsernames
{
    private const int Suffixes = 5;

    /// <summary>The name to try next after <paramref name="taken"/>; null when all are taken.</summary>
    public static string? After(string? taken, Claim claim, EmailKey key)
    {
        var names = All(claim, key).ToList();
        if (taken is null)
        {
            return names[0];
        }

        var next = names.IndexOf(taken) + 1; // a name of another list starts this one anew
        return next < names.Count ? names[next] : null;
    }

    private static IEnumerable<string> All(Claim claim, EmailKey key) =>
        Enumerable.Range(1, Suffixes).Select(attempt => $"{claim.Username}_{key.SuffixFor(claim.WaJid, attempt)}").Prepend(claim.Username);
}
