using Microsoft.Extensions.Logging;
using Provisioning.Panel;
using Shared.Alerts;
using Shared.Claims;
using Shared.Jobs;

namespace Provisioning.Steps;

/// <summary>
/// The failure policy: what an unanswered or badly answered panel call does to a claim. Answered failures are counted; waiting for a panel
/// that cannot be reached, that throttles or that refuses the key is not.
/// </summary>
internal sealed partial class PanelTrouble(IClaimService claims, RetryTimes retries, KeyWatch keys, TimeProvider time, ILogger<PanelTrouble> logger)
{
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(1);

    /// <param name="seen">The claim as the step read it.</param>
    public async Task<NextStep> RecordAsync(Claim seen, PanelFaultException fault, CancellationToken ct)
    {
        // The step itself may have moved the claim before the call: what it is now decides, if it still is at that step.
        var claim = await claims.FindAsync(seen.Id, ct);
        if (claim is null || claim.State != seen.State)
        {
            return NextStep.Done;
        }

        if (claim.Step != seen.Step || claim.DeletionStep != seen.DeletionStep)
        {
            return NextStep.Now;
        }

        Log.CallFailed(logger, claim.Id, fault.Call, fault.Fault, fault.Status, fault.Code, string.Join(", ", fault.Fields.Select(field => $"{field.Field}/{field.Rule}")));
        var creating = claim.State == ClaimState.Creating;
        var change = fault.Fault switch
        {
            PanelFault.Unreachable => await claims.DeferAsync(claim.Ref, retries.WhileUnreachable(claim), tellMember: creating, ct),

            // A reading call that is not answered is a panel out of reach; a changing one may just have lost its answer.
            PanelFault.NoAnswer => await claims.DeferAsync(claim.Ref, retries.WhileUnreachable(claim), tellMember: creating && IsReading(fault.Call), ct),
            PanelFault.Throttled => await claims.DeferAsync(claim.Ref, retries.In(fault.RetryAfter ?? KeyPause), tellMember: false, ct),
            PanelFault.KeyRejected => await WaitForKeyAsync(claim, fault, creating, ct),
            PanelFault.Daemon => await claims.RecordFailureAsync(
                claim.Ref, FailureCodes.NodeDown, creating ? retries.AfterFailure(claim) : retries.AfterDaemonFailure(claim), ct),
            PanelFault.Refused when creating => await claims.FailAsync(claim.Ref, FailureCodes.PanelRefused, ct),
            PanelFault.Refused => await claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelRefused, retries.AfterFailure(claim), ct),
            _ => await claims.RecordFailureAsync(claim.Ref, FailureCodes.PanelError, retries.AfterFailure(claim), ct),
        };
        return change.Follow(claim.State, time);
    }

    private static bool IsReading(string call) => call.StartsWith("find", StringComparison.Ordinal) || call.StartsWith("list", StringComparison.Ordinal);

    private async Task<ClaimChange> WaitForKeyAsync(Claim claim, PanelFaultException fault, bool creating, CancellationToken ct)
    {
        await keys.RejectedAsync(fault, ct);
        return await claims.DeferAsync(claim.Ref, retries.In(KeyPause), tellMember: creating, ct);
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Warning, "Claim {ClaimId}: panel call {Call} brought {Fault}, HTTP {Status} {Code} {Fields}")]
        public static partial void CallFailed(ILogger logger, Guid claimId, string call, PanelFault fault, int? status, string? code, string fields);
    }
}
