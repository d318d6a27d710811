using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Servers;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;

namespace Provisioning.Creation;

/// <summary>Waits for the install by short looks. The panel may show "installing" for ever, so there is a limit of our own.</summary>
internal sealed class InstallationStep(IClaimService claims, PanelClient panel, InstallPolls polls, ClaimsOptions options, TimeProvider time)
{
    public async Task<NextStep> RunAsync(Claim claim, CancellationToken ct)
    {
        // The shared list may be a few seconds old and show an earlier server of this claim, or not yet this one.
        var (polled, nextLook) = await polls.GetAsync(claim.Id, ct);
        if (nextLook is { } wait)
        {
            return new NextStep.After(wait);
        }

        if ((polled?.Id == claim.PanelServerId ? polled : await panel.FindServerAsync(claim.Id, ct)) is not { } found)
        {
            // Somebody took it away. Another try makes it anew with the same id.
            return (await claims.FailAsync(claim.Ref, FailureCodes.InstallFailed, ct)).Follow(ClaimState.Creating, time);
        }

        if (claim.PanelUserId is not { } userId || !PanelOwnership.IsOurs(found, claim, userId))
        {
            return (await claims.FailAsync(claim.Ref, FailureCodes.NotOurs, ct)).Follow(ClaimState.Creating, time);
        }

        if (found.Status == "install_failed")
        {
            return (await claims.FailAsync(claim.Ref, FailureCodes.InstallFailed, ct)).Follow(ClaimState.Creating, time);
        }

        // "Installed" is also shown after a node's restart in mid-install: only the final check proves anything.
        if (string.IsNullOrEmpty(found.Status) && found.Container?.Installed != false)
        {
            return (await claims.SaveInstalledAsync(claim.Ref, ct)).Follow(ClaimState.Creating, time);
        }

        return claim.InstallStartedAt + options.InstallTimeout <= time.GetUtcNow()
            ? (await claims.FailAsync(claim.Ref, FailureCodes.InstallTimeout, ct)).Follow(ClaimState.Creating, time)
            : new NextStep.After(InstallPolls.Interval);
    }
}
