using Microsoft.Extensions.Logging;
using Provisioning.Accounts;
using Provisioning.Health;
using Provisioning.Panel;
using Provisioning.Steps;
using Shared.Claims;
using Shared.Jobs;
using Shared.Membership;
using Shared.Options;
using Shared.Ports;

namespace Provisioning.Deletion;

/// <summary>The four steps of a begun deletion. Each asks the panel first and acts only on what is proved ours; nothing is ever forced.</summary>
internal sealed partial class TakeDownSteps(
    IClaimService claims, IMembership membership, IPortQuarantine quarantine, PanelClient panel, HealthCheck health, EmailKey key, PanelOptions options, RetryTimes retries, TimeProvider time, ILogger<TakeDownSteps> logger)
{
    // A suspended process is stopped after the answer and killed after a minute at most.
    private static readonly TimeSpan LongestStop = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ProbeAgain = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RosterAge = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    public Task<NextStep> SuspendAsync(Claim claim, CancellationToken ct) => OnServerAsync(claim, async server =>
    {
        await panel.SuspendServerAsync(server.Id, ct);
        return await claims.SaveDeletionStepAsync(claim.Ref, DeletionStep.PortClosed, ct);
    }, ct);

    public async Task<NextStep> AwaitClosedPortAsync(Claim claim, CancellationToken ct)
    {
        if (await health.IsClosedAsync(claim, ct))
        {
            return (await claims.SaveDeletionStepAsync(claim.Ref, DeletionStep.Server, ct)).Follow(ClaimState.Deleting, time);
        }

        return time.GetUtcNow() - claim.ChangedAt < LongestStop
            ? new NextStep.After(ProbeAgain)
            : (await claims.RecordFailureAsync(claim.Ref, FailureCodes.NodeDown, retries.AfterDaemonFailure(claim), ct)).Follow(ClaimState.Deleting, time);
    }

    public async Task<NextStep> DeleteServerAsync(Claim claim, CancellationToken ct) => await OnServerAsync(claim, async server =>
    {
        // A deletion may have stood still for hours since it began: the last look is right before the act.
        if (claim is { WasActive: true, DeletionConfirmed: false })
        {
            var reading = await membership.CheckAsync(claim.MemberId, RosterAge, ct);
            if (reading.Presence != Presence.Absent || time.GetUtcNow() - reading.AskedAt > RosterAge)
            {
                return reading.Presence == Presence.Present
                    ? await claims.HoldDeletionAsync(claim.Ref, FailureCodes.Returned, ct)
                    : await claims.DeferAsync(claim.Ref, time.GetUtcNow() + AskAgain, tellMember: false, ct);
            }
        }

        await panel.DeleteServerAsync(server.Id, ct);
        return await panel.FindServerAsync(claim.Id, ct) is null
            ? await claims.SaveDeletionStepAsync(claim.Ref, DeletionStep.User, ct)
            : await claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, retries.AfterFailure(claim), ct);
    }, ct);

    /// <summary>The panel itself refuses to delete a user who owns a server: that user is kept, for the server is not ours to take.</summary>
    public async Task<NextStep> DeleteUserAsync(Claim claim, CancellationToken ct)
    {
        if (await FrozenAsync(claim, ct) is { } stop)
        {
            return stop;
        }

        if (!claim.WasActive)
        {
            // Of several tries an early one, long given up, may be committed after a later one was taken down. Only then is it over.
            if (time.GetUtcNow() < claim.DeletionRequestedAt + Creation.ServerStep.SettleTime)
            {
                return new NextStep.After(AskAgain);
            }

            if (await panel.FindServerAsync(claim.Id, ct) is { } late && claim.PanelUserId is { } userId && PanelOwnership.IsOurs(late, claim, userId))
            {
                await panel.DeleteServerAsync(late.Id, ct);
                return NextStep.Now;
            }
        }

        if (await panel.FindUserAsync(claim.WaJid, ct) is { } user)
        {
            if (!PanelOwnership.IsOurs(user, claim.WaJid, key, options))
            {
                Log.UserKept(logger, claim.Id, "is not proved ours");
            }
            else if (await panel.DeleteUserAsync(user.Id, ct) == DeleteUserOutcome.OwnsServers)
            {
                Log.UserKept(logger, claim.Id, "owns another server");
            }
        }

        return (await claims.MarkDeletedAsync(claim.Ref, ct)).Follow(ClaimState.Deleting, time);
    }

    private async Task<NextStep> OnServerAsync(Claim claim, Func<PanelServer, Task<ClaimChange>> act, CancellationToken ct)
    {
        if (await FrozenAsync(claim, ct) is { } stop)
        {
            return stop;
        }

        ClaimChange change;
        if (await panel.FindServerAsync(claim.Id, ct) is not { } server)
        {
            await SetAsidePortAsync(claim, ct);
            change = await claims.SaveDeletionStepAsync(claim.Ref, DeletionStep.User, ct);
        }
        else if (claim.PanelUserId is not { } userId || !PanelOwnership.IsOurs(server, claim, userId))
        {
            change = await claims.RecordFailureAsync(claim.Ref, FailureCodes.NotOurs, retries.AfterFailure(claim), ct);
        }
        else
        {
            change = await act(server);
        }

        return change.Follow(ClaimState.Deleting, time);
    }

    /// <summary>
    /// The server is gone from the panel, but not by our hand: we had not come to the delete, or the node had refused it. Whoever deleted it may have forced it,
    /// and then the container still holds the port.
    /// </summary>
    private Task SetAsidePortAsync(Claim claim, CancellationToken ct) =>
        claim is { PanelServerId: not null, AllocationId: { } allocation, NodeId: { } node } && (claim.DeletionStep < DeletionStep.Server || claim.FailureCode == FailureCodes.NodeDown)
            ? quarantine.AddAsync(new QuarantinedPort(allocation, node, claim.Id, $"the server of claim {claim.Id} was deleted by somebody else, perhaps by force."), ct)
            : Task.CompletedTask;

    /// <summary>Asked before each act: a freeze stops even a deletion that has begun.</summary>
    private async Task<NextStep?> FrozenAsync(Claim claim, CancellationToken ct)
    {
        var gate = await claims.BeginDeletionAsync(claim.Ref, PresenceReading.Unknown, ct);
        return gate.IsDone ? null : gate.Follow(ClaimState.Deleting, time);
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "Claim {ClaimId}: the panel user is kept because it {Reason}")]
        public static partial void UserKept(ILogger logger, Guid claimId, string reason);
    }
}
