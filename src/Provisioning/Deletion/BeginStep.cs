using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Servers;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;
using Shared.Membership;
using Shared.Options;

namespace Provisioning.Deletion;

/// <summary>
/// Before anything is taken down. A claim that was active needs a fresh proof that the member is gone. One that was left half-way needs
/// the panel's view of what was made, and the end of a running install, for deleting in mid-install leaves a container behind.
/// </summary>
internal sealed class BeginStep(
    IClaimService claims, IMembership membership, PanelClient panel, Placements placements, EmailKey key, PanelOptions options, ClaimsOptions rules, TimeProvider time)
{
    private static readonly TimeSpan RosterAge = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    public Task<NextStep> RunAsync(Claim claim, CancellationToken ct) =>
        claim.WasActive ? BeginActiveAsync(claim, ct) : BeginUnfinishedAsync(claim, ct);

    private async Task<NextStep> BeginActiveAsync(Claim claim, CancellationToken ct)
    {
        var reading = await membership.CheckAsync(claim.MemberId, RosterAge, ct);
        var change = await claims.BeginDeletionAsync(claim.Ref, reading, ct);
        if (change.Outcome == ClaimOutcome.NotProvenAbsent)
        {
            change = await claims.DeferAsync(claim.Ref, time.GetUtcNow() + AskAgain, tellMember: false, ct);
        }

        return change.Follow(ClaimState.Deleting, time);
    }

    private async Task<NextStep> BeginUnfinishedAsync(Claim claim, CancellationToken ct)
    {
        if (claim.PanelUserId is null)
        {
            if (await panel.FindUserAsync(claim.WaJid, ct) is { } user && PanelOwnership.IsOurs(user, claim.WaJid, key, options))
            {
                return (await claims.SaveFoundAsync(claim.Ref, user.Id, null, ct)).Follow(ClaimState.Deleting, time);
            }

            return claim.PanelUsername is not null && MayBeInFlight(claim)
                ? new NextStep.After(LookAgain)
                : await BeginAsync(claim, ct);
        }

        if (await panel.FindServerAsync(claim.Id, ct) is not { } server)
        {
            return claim.AllocationId is not null && claim.PanelServerId is null && MayBeInFlight(claim)
                ? new NextStep.After(LookAgain)
                : await BeginAsync(claim, ct);
        }

        if (claim.PanelServerId is null && PanelOwnership.IsOurs(server, claim, claim.PanelUserId.Value) && await placements.FindAsync(server, ct) is { } place)
        {
            var ids = new PanelServerIds(server.Id, server.Identifier!, place.NodeId, place.AllocationId, place.Address, place.Port);
            return (await claims.SaveFoundAsync(claim.Ref, null, ids, ct)).Follow(ClaimState.Deleting, time);
        }

        return server.IsInstalling && time.GetUtcNow() < (claim.InstallStartedAt ?? claim.DeletionRequestedAt) + rules.InstallTimeout
            ? new NextStep.After(InstallPolls.Interval)
            : await BeginAsync(claim, ct);
    }

    // The creation may have been in the middle of a request when the member left, and the panel at work on it for a while after that.
    private bool MayBeInFlight(Claim claim) =>
        time.GetUtcNow() < claim.DeletionRequestedAt + options.RequestTimeout + Creation.ServerStep.SettleTime;

    private async Task<NextStep> BeginAsync(Claim claim, CancellationToken ct) =>
        (await claims.BeginDeletionAsync(claim.Ref, PresenceReading.Unknown, ct)).Follow(ClaimState.Deleting, time);
}
