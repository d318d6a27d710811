using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Servers;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;
using Shared.Templates;

namespace Provisioning.Creation;

/// <summary>
/// One panel server per claim, keyed by the claim's id, which the panel keeps unique. Without an earlier place no request can have been
/// sent, so only then is the look-up before the create left out.
/// </summary>
internal sealed class ServerStep(IClaimService claims, PanelClient panel, Placements placements, ClaimsOptions tier, RetryTimes retries, TimeProvider time)
{
    /// <summary>A row younger than this that still installs may be taken back by the panel (15 s for the node, 15 s for the clean-up).</summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(35);

    private static readonly TimeSpan QueuePause = TimeSpan.FromSeconds(30);

    public async Task<NextStep> RunAsync(Claim claim, ServerTemplate template, CancellationToken ct)
    {
        if (tier.QueueWhenFull && await AheadAsync(claim, ct) is { } reason)
        {
            return (await claims.QueueAsync(claim.Ref, reason, retries.In(QueuePause), ct)).Follow(ClaimState.Creating, time);
        }

        var mayExist = (claim.AllocationId ?? claim.PanelServerId ?? claim.AvoidNodeId) is not null || claim.QueuedAt is not null;
        var change = mayExist && await panel.FindServerAsync(claim.Id, ct) is { } found
            ? await AdoptAsync(claim, found, ct)
            : await CreateAsync(claim, template, ct);
        return change.Follow(ClaimState.Creating, time);
    }

    private async Task<ClaimChange> AdoptAsync(Claim claim, PanelServer found, CancellationToken ct)
    {
        if (claim.PanelUserId is not { } userId || !PanelOwnership.IsOurs(found, claim, userId))
        {
            return await claims.FailAsync(claim.Ref, FailureCodes.NotOurs, ct);
        }

        var age = found.Age ?? time.GetUtcNow() - found.CreatedAt;
        if (found.Status == "install_failed" || (claim.AvoidNodeId is { } avoid && found.Node == avoid) || HadItsTime(claim, found, age))
        {
            // Another try of a failed claim. A reinstall would leave the server stopped and on its node, so it is made anew.
            await panel.DeleteServerAsync(found.Id, ct);
            return await panel.FindServerAsync(claim.Id, ct) is null
                ? new ClaimChange(ClaimOutcome.Done, claim)
                : await claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, retries.AfterFailure(claim), ct);
        }

        if (found.IsInstalling && age < SettleTime)
        {
            return await claims.DeferAsync(claim.Ref, time.GetUtcNow() + SettleTime - age.Value, tellMember: false, ct);
        }

        return await SaveAsync(claim, found, ct);
    }

    /// <summary>It installs for ever, or was installed and never answered: waiting once more for the very same server would end the same way.</summary>
    private bool HadItsTime(Claim claim, PanelServer found, TimeSpan? age) =>
        age >= tier.InstallTimeout && (found.IsInstalling || claim.FailureCode is FailureCodes.InstallTimeout or FailureCodes.NotAnswering);

    private async Task<ClaimChange> CreateAsync(Claim claim, ServerTemplate template, CancellationToken ct)
    {
        var (leased, failure) = await placements.LeaseAsync(claim, template, ct);
        if (failure is not null)
        {
            return tier.QueueWhenFull
                ? await claims.QueueAsync(claim.Ref, failure, retries.In(QueuePause), ct)
                : await claims.FailAsync(claim.Ref, failure, ct);
        }

        if (leased is not { IsDone: true, Claim: { } current })
        {
            return leased!;
        }

        var request = Request(current, template);
        PanelServer server;
        try
        {
            server = await panel.CreateServerAsync(request, ct);
        }
        catch (PanelFaultException fault) when (fault.Fault == PanelFault.Refused && fault.Fields.Any(field => field.Field is "external_id" or "allocation.default"))
        {
            // Ours is there already, or somebody was faster on this port: look again, then choose again.
            placements.Forget();
            var own = fault.Fields.Any(field => field.Field == "external_id");
            return await claims.RecordFailureAsync(
                current.Ref, own ? FailureCodes.PanelError : FailureCodes.NoAllocation, own ? retries.AfterFailure(current) : time.GetUtcNow(), ct);
        }

        // An answer that does not fit the request is not believed: the next look by our own id decides what was really made.
        return IsAsAsked(server, request)
            ? await SaveAsync(current, server, ct)
            : await claims.RecordFailureAsync(current.Ref, FailureCodes.NotOurs, retries.AfterFailure(current), ct);
    }

    /// <summary>Why those before this claim in line wait; null when it is this claim's turn. Who holds a place already is past the line.</summary>
    private async Task<string?> AheadAsync(Claim claim, CancellationToken ct) =>
        claim.AllocationId is null && await claims.ListQueueAsync(ct) is [var head, ..] && head.ClaimId != claim.Id ? head.ReasonCode : null;

    private async Task<ClaimChange> SaveAsync(Claim claim, PanelServer server, CancellationToken ct)
    {
        var place = server.Allocation == claim.AllocationId && claim is { NodeId: { } node, AllocationId: { } allocation, Address: { } address, Port: { } port }
            ? new Placement(node, allocation, address, port)
            : await placements.FindAsync(server, ct);
        if (place is null)
        {
            return await claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, retries.AfterFailure(claim), ct);
        }

        var ids = new PanelServerIds(server.Id, server.Identifier!, place.NodeId, place.AllocationId, place.Address, place.Port);
        var saved = await claims.SaveServerAsync(claim.Ref, ids, ct);
        if (saved is { Outcome: ClaimOutcome.Stale, Claim: { State: ClaimState.Deleting, PanelServerId: null } left })
        {
            // The member left while the panel was at work: the clean-up has to know what it made.
            return await claims.SaveFoundAsync(left.Ref, null, ids, ct);
        }

        return saved;
    }

    private static bool IsAsAsked(PanelServer server, ServerRequest request) =>
        string.Equals(server.ExternalId, request.ExternalId, StringComparison.OrdinalIgnoreCase)
        && server.User == request.User
        && server.Allocation == request.Allocation.Default
        && Same(server.Limits?.Memory, request.Limits.Memory)
        && Same(server.Limits?.Disk, request.Limits.Disk)
        && Same(server.Limits?.Cpu, request.Limits.Cpu);

    private static bool Same(double? answered, int asked) => answered is null || Math.Abs(answered.Value - asked) < 1;

    private ServerRequest Request(Claim claim, ServerTemplate template)
    {
        var size = ServerSize.Of(claim, template, tier);
        return new ServerRequest(
            claim.Username,
            PanelClient.ExternalId(claim.Id),
            claim.PanelUserId!.Value,
            template.EggId,
            template.Image,
            template.Startup,
            template.Environment,
            new ServerLimitsRequest(size.MemoryMiB, template.Limits.SwapMiB, size.DiskMiB, template.Limits.IoWeight, size.CpuPercent),
            new FeatureLimitsRequest(template.FeatureLimits.Databases, template.FeatureLimits.Backups, template.FeatureLimits.Allocations),
            new AllocationRequest(claim.AllocationId!.Value));
    }
}
