using Microsoft.Extensions.Logging;
using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Servers;
using Shared.Claims;
using Shared.Options;
using Shared.Reconcile;
using Shared.Templates;

namespace Provisioning.Reconcile;

/// <summary>Reads both sides, compares, reports. What it may do on an operator's word it proves again at that moment.</summary>
internal sealed partial class Reconciliation(
    IClaimService claims,
    IReconcileReports reports,
    PanelClient panel,
    Placements placements,
    TemplateSet templates,
    EmailKey key,
    PanelOptions options,
    ClaimsOptions tier,
    TimeProvider time,
    ILogger<Reconciliation> logger) : IReconciliation
{
    private readonly Comparison comparison = new(key, options, tier, templates);

    public async Task<ReconcileReport?> RunAsync(CancellationToken ct)
    {
        try
        {
            var before = await claims.ListAsync(null, ct);
            var servers = await panel.ListAllServersAsync(ct);
            var users = await panel.ListUsersAsync(ct);
            var after = await claims.ListAsync(null, ct);
            var report = new ReconcileReport(time.GetUtcNow(), servers.Count, users.Count, after.Count, comparison.Find(servers, users, before, after));
            await reports.SaveAsync(report, ct);
            return report;
        }
        catch (PanelFaultException fault)
        {
            Log.NotRead(logger, fault.Call, fault.Fault);
            return null;
        }
    }

    public async Task<AdoptOutcome> AdoptAsync(Guid claimId, CancellationToken ct)
    {
        try
        {
            if (await claims.FindAsync(claimId, ct) is not null)
            {
                return AdoptOutcome.NotAllowed;
            }

            // The list, not the single look-up, for it shows the owner along with the server.
            if ((await panel.ListAllServersAsync(ct)).FirstOrDefault(server => Comparison.ClaimIdOf(server) == claimId) is not { } server)
            {
                return AdoptOutcome.NotOnPanel;
            }

            if (server.Relationships?.User?.Attributes is not { ExternalId: { } jid } owner || !comparison.IsOurs(owner) || server.User != owner.Id)
            {
                return AdoptOutcome.NotProved;
            }

            var sameEgg = templates.All.Where(template => template.EggId == server.Egg).ToList();
            if ((sameEgg.Find(template => template.Image == server.Container?.Image) ?? sameEgg.FirstOrDefault()) is not { } template)
            {
                return AdoptOutcome.NoTemplate;
            }

            if (await placements.FindAsync(server, ct) is not { } place || server.Identifier is null)
            {
                return AdoptOutcome.NotOnPanel;
            }

            var ids = new PanelServerIds(server.Id, server.Identifier, place.NodeId, place.AllocationId, place.Address, place.Port);
            return await claims.RestoreAsync(new RestoredClaim(claimId, jid, template.Name, owner.Username, owner.Id, ids, server.CreatedAt ?? time.GetUtcNow()), ct)
                ? AdoptOutcome.Done
                : AdoptOutcome.NotAllowed;
        }
        catch (PanelFaultException fault)
        {
            Log.NotRead(logger, fault.Call, fault.Fault);
            return AdoptOutcome.NoAnswer;
        }
    }

    public async Task<AdoptOutcome> RecreateAsync(Guid claimId, CancellationToken ct)
    {
        try
        {
            if (await claims.FindAsync(claimId, ct) is not { State: ClaimState.Active } claim)
            {
                return AdoptOutcome.NotAllowed;
            }

            if (await panel.FindServerAsync(claimId, ct) is not null)
            {
                return AdoptOutcome.NotOnPanel;
            }

            return (await claims.RecreateAsync(claim.Ref, ct)).IsDone ? AdoptOutcome.Done : AdoptOutcome.NotAllowed;
        }
        catch (PanelFaultException fault)
        {
            Log.NotRead(logger, fault.Call, fault.Fault);
            return AdoptOutcome.NoAnswer;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Warning, "Panel and table could not be compared: call {Call} brought {Fault}")]
        public static partial void NotRead(ILogger logger, string call, PanelFault fault);
    }
}
