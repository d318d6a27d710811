using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Servers;
using Shared.Claims;
using Shared.Options;
using Shared.Reconcile;
using Shared.Templates;

namespace Provisioning.Reconcile;

/// <summary>The pure comparison of what the panel shows with what the table holds. Claims that move just now are left to those who move them.</summary>
internal sealed class Comparison(EmailKey key, PanelOptions panel, ClaimsOptions tier, TemplateSet templates)
{
    /// <param name="before">All claims as they were before the panel was read.</param>
    /// <param name="after">And afterwards: one that changed meanwhile proves nothing.</param>
    public IReadOnlyList<Finding> Find(IReadOnlyList<PanelServer> servers, IReadOnlyList<PanelUser> users, IReadOnlyList<Claim> before, IReadOnlyList<Claim> after)
    {
        var known = after.ToDictionary(claim => claim.Id);
        var owners = servers.Select(server => server.User).ToHashSet();
        var byClaim = servers.Where(server => ClaimIdOf(server) is not null).ToLookup(server => ClaimIdOf(server)!.Value);
        var still = before.Where(claim => known.TryGetValue(claim.Id, out var now) && now.Version == claim.Version);
        return
        [
            .. byClaim.Where(group => !before.Any(claim => claim.Id == group.Key && claim.State != ClaimState.Deleted)).SelectMany(group => group.Select(server => OfServer(server, group.Key, known.GetValueOrDefault(group.Key))).OfType<Finding>()),
            .. still.Where(claim => claim.State == ClaimState.Active).SelectMany(claim => OfClaim(claim, byClaim[claim.Id].FirstOrDefault())),
            .. users.Where(user => IsOurs(user) && !owners.Contains(user.Id) && !before.Concat(after).Any(claim => claim.WaJid == user.ExternalId && claim.State != ClaimState.Deleted))
                .Select(user => new Finding(FindingKind.OrphanUser, null, user.Id, $"panel user {user.Id} owns nothing", "Keep: the member's next claim takes it over. Or delete it on the panel by hand.")),
        ];
    }

    /// <summary>The owner's address is the one only we can compute from its external id.</summary>
    public bool IsOurs(PanelUser? user) => user is { ExternalId: { Length: > 0 } jid } && PanelOwnership.IsOurs(user, jid, key, panel);

    public static Guid? ClaimIdOf(PanelServer server) => server.Id > 0 && Guid.TryParseExact(server.ExternalId, "D", out var id) ? id : null;

    private Finding? OfServer(PanelServer server, Guid claimId, Claim? row) => row switch
    {
        not null and not { State: ClaimState.Deleted } => null, // made while the panel was read
        _ when !IsOurs(server.Relationships?.User?.Attributes) =>
            new Finding(FindingKind.UnprovedServer, claimId, server.Id, $"panel server {server.Id} carries a claim's id and cannot be proved ours", "Nothing: look at it on the panel."),
        { State: ClaimState.Deleted } => new Finding(FindingKind.LeftoverServer, claimId, server.Id, $"panel server {server.Id} of a deleted claim", "Nothing by itself: delete it on the panel by hand."),
        _ => new Finding(FindingKind.OrphanServer, claimId, server.Id, $"panel server {server.Id} has no row", "Adopt: a row for this claim, active, owned by the member its user names."),
    };

    private IEnumerable<Finding> OfClaim(Claim claim, PanelServer? server)
    {
        if (server is null)
        {
            yield return new Finding(FindingKind.Ghost, claim.Id, claim.PanelServerId, $"panel server {claim.PanelServerId} is gone", "Recreate: the server is made anew with the same id and new credentials; its files are lost.");
            yield break;
        }

        if (server.User != claim.PanelUserId)
        {
            yield return new Finding(FindingKind.OwnerDrift, claim.Id, server.Id, $"panel server {server.Id} belongs to user {server.User} instead of {claim.PanelUserId}", "Nothing: whoever gave it away can give it back on the panel.");
        }

        if (templates.Find(claim.Template) is { } template && server.Limits is { } limits && ServerSize.Of(claim, template, tier) is var wanted && Differ(limits, wanted))
        {
            yield return new Finding(FindingKind.LimitDrift, claim.Id, server.Id,
                $"panel server {server.Id} has {limits.Memory} MiB memory, {limits.Disk} MiB disk, {limits.Cpu} % CPU instead of {wanted.MemoryMiB}, {wanted.DiskMiB}, {wanted.CpuPercent}",
                "Upgrade the claim to what it has, or set the panel's limits back.");
        }

        if (server.Suspended == true || server.Status == "suspended")
        {
            yield return new Finding(FindingKind.Suspended, claim.Id, server.Id, $"panel server {server.Id} is suspended", "Nothing: whoever suspended it can end that on the panel.");
        }
    }

    private static bool Differ(PanelLimits limits, ServerSize wanted) =>
        Differ(limits.Memory, wanted.MemoryMiB) || Differ(limits.Disk, wanted.DiskMiB) || Differ(limits.Cpu, wanted.CpuPercent);

    private static bool Differ(double? has, int wanted) => has is { } number && Math.Abs(number - wanted) >= 1;
}
