using Microsoft.Extensions.Logging;
using Provisioning.Accounts;
using Provisioning.Panel;
using Shared.Claims;
using Shared.Options;
using Shared.Reconcile;
using Shared.Templates;

namespace Provisioning.Servers;

/// <summary>An upgrade on the panel. The node follows at the server's next start; nothing is restarted by us.</summary>
internal sealed partial class ServerLimits(IClaimService claims, PanelClient panel, TemplateSet templates, ClaimsOptions tier, ILogger<ServerLimits> logger) : IServerLimits
{
    public async Task<AdoptOutcome> ApplyAsync(Guid claimId, CancellationToken ct)
    {
        if (await claims.FindAsync(claimId, ct) is not { State: ClaimState.Active, PanelUserId: { } userId } claim)
        {
            return AdoptOutcome.NotAllowed;
        }

        if (templates.Find(claim.Template) is not { } template)
        {
            return AdoptOutcome.NoTemplate;
        }

        try
        {
            if (await panel.FindServerAsync(claimId, ct) is not { Allocation: { } allocation } server)
            {
                return AdoptOutcome.NotOnPanel;
            }

            if (!PanelOwnership.IsOurs(server, claim, userId))
            {
                return AdoptOutcome.NotProved;
            }

            var size = ServerSize.Of(claim, template, tier);
            var request = new BuildRequest(
                allocation,
                new ServerLimitsRequest(size.MemoryMiB, template.Limits.SwapMiB, size.DiskMiB, template.Limits.IoWeight, size.CpuPercent),
                new FeatureLimitsRequest(template.FeatureLimits.Databases, template.FeatureLimits.Backups, template.FeatureLimits.Allocations));
            return await panel.UpdateBuildAsync(server.Id, request, ct) ? AdoptOutcome.Done : AdoptOutcome.NotOnPanel;
        }
        catch (PanelFaultException fault)
        {
            Log.NotApplied(logger, claimId, fault.Call, fault.Fault);
            return AdoptOutcome.NoAnswer;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2302, LogLevel.Warning, "Claim {ClaimId}: its new limits are not on the panel yet: call {Call} brought {Fault}")]
        public static partial void NotApplied(ILogger logger, Guid claimId, string call, PanelFault fault);
    }
}
