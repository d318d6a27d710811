using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Shared.Members;
using Shared.Persistence;

namespace Shared.Claims;

internal sealed partial class ClaimService
{
    public Task<bool> RestoreAsync(RestoredClaim found, CancellationToken ct) => ledger.CommitAsync("claims.restore", async db =>
    {
        var member = await db.Aliases.Where(a => a.Jid == found.WaJid).Join(db.Members, a => a.MemberId, m => m.Id, (_, m) => m).FirstOrDefaultAsync(ct);
        if (await db.Claims.AnyAsync(c => c.Id == found.Id || (c.Username == found.Username && c.State != ClaimState.Deleted), ct)
            || (member is not null && await ClaimChanges.LiveAsync(db, member.Id, ct) is not null))
        {
            return false;
        }
        if (member is null)
        {
            member = new Member { WaJid = found.WaJid, CreatedAt = time.GetUtcNow() };
            db.Members.Add(member);
            await db.SaveChangesAsync(ct); // for its id
            db.Aliases.Add(new MemberAlias { Jid = found.WaJid, MemberId = member.Id, LearnedAt = time.GetUtcNow() });
        }
        // Present until a roster says otherwise, so that who has left meanwhile is missed by two reads and then has the whole grace.
        if (groups.TargetIds is [var group, ..] && !await db.Presences.AnyAsync(p => p.MemberId == member.Id, ct))
        {
            db.Presences.Add(new PresenceRow { GroupJid = group, MemberId = member.Id, IsPresent = true, Since = time.GetUtcNow() });
        }
        var claim = new Claim
        {
            Id = found.Id,
            MemberId = member.Id,
            WaJid = found.WaJid,
            State = ClaimState.Active,
            Step = CreationStep.FinalCheck,
            Template = found.Template,
            Username = found.Username,
            PanelUsername = found.Username,
            PanelUserId = found.PanelUserId,
            WasActive = true,
            CreatedAt = found.CreatedAt,
            ActiveAt = time.GetUtcNow(),
        };
        Keep(claim, found.Server);
        db.Claims.Add(claim);
        db.Leases.Add(new AllocationLeaseRow { AllocationId = found.Server.AllocationId, ClaimId = claim.Id, NodeId = found.Server.NodeId, LeasedAt = time.GetUtcNow() });
        changes.Record(db, claim, "restore", $"server {found.Server.ServerId.ToString(CultureInfo.InvariantCulture)}");
        return true;
    }, ct);

    public Task<ClaimChange> RecreateAsync(ClaimRef claim, CancellationToken ct) =>
        ChangeAsync("recreate", claim, c => c.State == ClaimState.Active, async (db, c) =>
        {
            ClaimChanges.MoveTo(c, ClaimState.Creating);
            (c.Step, c.PanelServerId, c.ServerIdentifier, c.InstallStartedAt, c.ActiveAt) = (CreationStep.Account, null, null, null, null);
            await GiveUpPlaceAsync(db, c, ct);
            ClaimChanges.ForgetTrouble(c);
            changes.Record(db, c, "recreate");
            return ClaimOutcome.Done;
        }, ct);
}
