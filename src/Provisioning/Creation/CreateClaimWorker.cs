using Provisioning.Panel;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;
using Shared.Templates;

namespace Provisioning.Creation;

/// <summary>Brings one claim from <c>creating</c> to <c>active</c>: account, server, installation, final check.</summary>
internal sealed class CreateClaimWorker(
    IClaimService claims,
    TemplateSet templates,
    AccountStep account,
    ServerStep server,
    InstallationStep installation,
    FinalCheckStep finalCheck,
    PanelTrouble trouble,
    TimeProvider time) : IClaimWorker
{
    public ClaimJob Job => ClaimJob.Create;

    public async Task<NextStep> RunStepAsync(Guid claimId, CancellationToken ct)
    {
        var claim = await claims.FindAsync(claimId, ct);
        if (claim is not { State: ClaimState.Creating })
        {
            return NextStep.Done;
        }

        if (Changes.Due(claim, time) is NextStep.After { Delay: var wait } later && wait > TimeSpan.Zero)
        {
            return later;
        }

        if (templates.Find(claim.Template) is not { } template)
        {
            return (await claims.FailAsync(claim.Ref, FailureCodes.TemplateGone, ct)).Follow(ClaimState.Creating, time);
        }

        try
        {
            return claim.Step switch
            {
                CreationStep.Account => await account.RunAsync(claim, ct),
                CreationStep.Server => await server.RunAsync(claim, template, ct),
                CreationStep.Installation => await installation.RunAsync(claim, ct),
                CreationStep.FinalCheck => await finalCheck.RunAsync(claim, template, ct),
                _ => throw new InvalidOperationException($"{claim} has no step {claim.Step}."),
            };
        }
        catch (PanelFaultException fault)
        {
            return await trouble.RecordAsync(claim, fault, ct);
        }
    }
}
