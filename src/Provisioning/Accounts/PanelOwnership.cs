using Provisioning.Panel;
using Shared.Claims;
using Shared.Options;

namespace Provisioning.Accounts;

/// <summary>The proof that something on the panel was made by us. What is not proved is never adopted and never deleted.</summary>
internal static class PanelOwnership
{
    /// <summary>The user's address is the one that only we can compute from its external id, and it is no administrator.</summary>
    public static bool IsOurs(PanelUser user, string waJid, EmailKey key, PanelOptions options) =>
        string.Equals(user.ExternalId, waJid, StringComparison.OrdinalIgnoreCase)
        && string.Equals(user.Email, key.AddressFor(waJid, options), StringComparison.OrdinalIgnoreCase)
        && user.RootAdmin != true;

    /// <summary>The server carries the claim's id and belongs to the user proved ours.</summary>
    public static bool IsOurs(PanelServer server, Claim claim, int panelUserId) =>
        string.Equals(server.ExternalId, PanelClient.ExternalId(claim.Id), StringComparison.OrdinalIgnoreCase) && server.User == panelUserId;
}
