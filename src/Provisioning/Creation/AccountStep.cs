using Provisioning.Accounts;
using Provisioning.Panel;
using Provisioning.Steps;
using Shared.Chance;
using Shared.Claims;
using Shared.Jobs;
using Shared.Options;

namespace Provisioning.Creation;

/// <summary>
/// One panel user per member. The password is stored in the claim before the panel hears of it: whatever dies in between, the user that is
/// there afterwards has (or gets, by an update that may be repeated) the very password that is handed over with the claim.
/// </summary>
internal sealed class AccountStep(IClaimService claims, PanelClient panel, EmailKey key, PanelOptions options, RetryTimes retries, IRandomBytes random, TimeProvider time)
{
    public async Task<NextStep> RunAsync(Claim claim, CancellationToken ct)
    {
        var change = await panel.FindUserAsync(claim.WaJid, ct) is { } user
            ? await AdoptAsync(claim, user, ct)
            : await CreateAsync(claim, ct);
        return change.Follow(ClaimState.Creating, time);
    }

    private async Task<ClaimChange> AdoptAsync(Claim claim, PanelUser user, CancellationToken ct)
    {
        if (!PanelOwnership.IsOurs(user, claim.WaJid, key, options))
        {
            return await claims.FailAsync(claim.Ref, FailureCodes.NotOurs, ct);
        }

        var (planned, password) = await PlanAsync(claim, user.Username, ct);
        if (!planned.IsDone || planned.Claim is not { } current)
        {
            return planned;
        }

        // Gone in between: this step begins anew from the row as it is.
        return await panel.UpdateUserAsync(user.Id, Request(claim, user.Username, password), ct)
            ? await claims.SaveAccountAsync(current.Ref, user.Id, user.Username, ct)
            : planned;
    }

    private async Task<ClaimChange> CreateAsync(Claim claim, CancellationToken ct)
    {
        if ((claim.PanelUsername ?? PanelUsernames.After(null, claim, key)) is not { } username)
        {
            return await claims.FailAsync(claim.Ref, FailureCodes.UsernameRefused, ct);
        }

        var (planned, password) = await PlanAsync(claim, username, ct);
        if (!planned.IsDone || planned.Claim is not { } current)
        {
            return planned;
        }

        try
        {
            var user = await panel.CreateUserAsync(Request(claim, username, password), ct);
            return await claims.SaveAccountAsync(current.Ref, user.Id, user.Username, ct);
        }
        catch (PanelFaultException fault) when (fault.Fields.Any(field => field.Field is "external_id" or "email" or "username"))
        {
            return await AfterRefusalAsync(current, fault, password, ct);
        }
    }

    private async Task<ClaimChange> AfterRefusalAsync(Claim claim, PanelFaultException fault, string password, CancellationToken ct)
    {
        if (fault.Fields.Any(field => field is { Field: "external_id" or "email", Rule: "unique" }))
        {
            // Either an earlier attempt of ours was committed (the next look-up finds it), or somebody has our address.
            return await panel.FindUserAsync(claim.WaJid, ct) is not null
                ? await claims.DeferAsync(claim.Ref, time.GetUtcNow(), tellMember: false, ct)
                : await claims.RecordFailureAsync(claim.Ref, FailureCodes.NotOurs, retries.AfterFailure(claim), ct);
        }

        // Only the name is taken, so it is a stranger's: ours would have been found by its external id.
        var next = fault.Fields.All(field => field is { Field: "username", Rule: "unique" })
            ? PanelUsernames.After(claim.PanelUsername, claim, key)
            : null;
        return next is null
            ? await claims.FailAsync(claim.Ref, fault.Fields.Any(field => field.Field == "username") ? FailureCodes.UsernameRefused : FailureCodes.PanelRefused, ct)
            : await claims.PlanAccountAsync(claim.Ref, next, password, ct);
    }

    private async Task<(ClaimChange Change, string Password)> PlanAsync(Claim claim, string username, CancellationToken ct)
    {
        var kept = await claims.ReadPasswordAsync(claim.Id, ct);
        if (kept is not null && claim.PanelUsername == username)
        {
            return (new ClaimChange(ClaimOutcome.Done, claim), kept);
        }

        var password = kept ?? Passwords.New(random);
        return (await claims.PlanAccountAsync(claim.Ref, username, password, ct), password);
    }

    private UserRequest Request(Claim claim, string username, string password) =>
        new(claim.WaJid, key.AddressFor(claim.WaJid, options), username, username, "member", password);
}
