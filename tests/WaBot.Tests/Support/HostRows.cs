using Microsoft.EntityFrameworkCore;
using Shared.Claims;
using Shared.Members;
using Shared.Persistence;

namespace WaBot.Tests.Support;

/// <summary>The host's own rows, looked at from outside, and a claim brought to active by the operations Provisioning uses.</summary>
internal static class HostRows
{
    public static async Task<T> ReadAsync<T>(this HostUnderTest host, Func<WaBotDatabase, Task<T>> read)
    {
        await using var db = await host.Get<IDbContextFactory<WaBotDatabase>>().CreateDbContextAsync();
        return await read(db);
    }

    public static Task<List<string>> AlertCodesAsync(this HostUnderTest host) => host.ReadAsync(db => db.Alerts.OrderBy(a => a.Id).Select(a => a.Code).ToListAsync());

    /// <summary>The member's claim is active and the credentials wait in the outbox.</summary>
    public static async Task<Guid> ActiveClaimAsync(this HostUnderTest host, string jid)
    {
        var ct = CancellationToken.None;
        var claims = host.Get<IClaimService>();
        var member = await host.Get<IMemberDirectory>().FindByJidAsync(jid, ct) ?? throw new InvalidOperationException("Unknown member.");
        var claim = (await claims.SubmitAsync(new NewClaim(member.Id, "nodejs", "budi_27"), ct)).Claim ?? throw new InvalidOperationException("Refused.");
        var change = await claims.PlanAccountAsync(claim.Ref, "budi_27", "synthetic-password", ct);
        change = await claims.SaveAccountAsync(change.Claim!.Ref, 7, "budi_27", ct);
        change = await claims.SaveServerAsync(change.Claim!.Ref, new PanelServerIds(3, "abcdef12", 1, 1, "127.0.0.1", 25565), ct);
        change = await claims.SaveInstalledAsync(change.Claim!.Ref, ct);
        change = await claims.MarkActiveAsync(change.Claim!.Ref, ct);
        Assert.True(change.IsDone);
        return claim.Id;
    }
}
