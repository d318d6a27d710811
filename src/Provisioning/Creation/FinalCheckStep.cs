using Provisioning.Health;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;
using Shared.Templates;

namespace Provisioning.Creation;

/// <summary>Active means it answers. Then the claim and the credentials message are committed together.</summary>
internal sealed class FinalCheckStep(IClaimService claims, HealthCheck health, ClaimsOptions options, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    public async Task<NextStep> RunAsync(Claim claim, ServerTemplate template, CancellationToken ct)
    {
        if (await health.IsAnsweringAsync(claim, template, ct))
        {
            return (await claims.MarkActiveAsync(claim.Ref, ct)).Follow(ClaimState.Creating, time);
        }

        // The limit of the install covers the start of the application too.
        return claim.InstallStartedAt + options.InstallTimeout <= time.GetUtcNow()
            ? (await claims.FailAsync(claim.Ref, FailureCodes.NotAnswering, ct)).Follow(ClaimState.Creating, time)
            : new NextStep.After(Interval);
    }
}
