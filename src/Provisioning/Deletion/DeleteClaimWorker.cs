using Provisioning.Panel;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;

namespace Provisioning.Deletion;

/// <summary>Takes one claim's server and user down: suspend, see the port closed, delete, see it gone, delete the user. Every step may be repeated.</summary>
internal sealed class DeleteClaimWorker(IClaimService claims, BeginStep begin, TakeDownSteps takeDown, PanelTrouble trouble, TimeProvider time) : IClaimWorker
{
    public ClaimJob Job => ClaimJob.Delete;

    public async Task<NextStep> RunStepAsync(Guid claimId, CancellationToken ct)
    {
        var claim = await claims.FindAsync(claimId, ct);
        if (claim is not { State: ClaimState.Deleting, DeletionHeld: false })
        {
            return NextStep.Done;
        }

        if (Changes.Due(claim, time) is NextStep.After { Delay: var wait } later && wait > TimeSpan.Zero)
        {
            return later;
        }

        try
        {
            return claim.DeletionStep switch
            {
                DeletionStep.Waiting => await begin.RunAsync(claim, ct),
                DeletionStep.Suspend => await takeDown.SuspendAsync(claim, ct),
                DeletionStep.PortClosed => await takeDown.AwaitClosedPortAsync(claim, ct),
                DeletionStep.Server => await takeDown.DeleteServerAsync(claim, ct),
                DeletionStep.User => await takeDown.DeleteUserAsync(claim, ct),
                _ => throw new InvalidOperationException($"{claim} has no deletion step {claim.DeletionStep}."),
            };
        }
        catch (PanelFaultException fault)
        {
            return await trouble.RecordAsync(claim, fault, ct);
        }
    }
}
