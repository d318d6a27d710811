using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Claims;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Members;

/// <summary>Finding, making and merging members inside a transaction.</summary>
internal sealed class MemberBook(ClaimChanges changes, NoticeDesk desk, TimeProvider time)
{
    public async Task<Member> ResolveAsync(WaBotDatabase db, MemberIdentity identity, CancellationToken ct)
    {
        var jids = identity.Jids.ToList();
        var known = await db.Aliases.Where(a => jids.Contains(a.Jid)).ToListAsync(ct);
        var ids = known.Select(a => a.MemberId).Distinct().Order().ToList();
        var rows = await db.Members.Where(m => ids.Contains(m.Id)).OrderBy(m => m.Id).ToListAsync(ct);
        var member = rows.Count switch
        {
            0 => await CreateAsync(db, identity, ct),
            1 => rows[0],
            _ => await MergeAsync(db, rows, known.FirstOrDefault(a => a.Jid == identity.Jid)?.MemberId, ct),
        };
        foreach (var jid in jids.Except(known.Select(a => a.Jid), StringComparer.Ordinal))
        {
            db.Aliases.Add(new MemberAlias { Jid = jid, MemberId = member.Id, LearnedAt = time.GetUtcNow() });
        }
        if (identity.PushName is { } name && member.PushName != name)
        {
            member.PushName = name;
        }
        await db.SaveChangesAsync(ct); // the same transaction may look the aliases up again
        return member;
    }

    private async Task<Member> CreateAsync(WaBotDatabase db, MemberIdentity identity, CancellationToken ct)
    {
        var member = new Member { WaJid = identity.Jid, PushName = identity.PushName, CreatedAt = time.GetUtcNow() };
        db.Members.Add(member);
        await db.SaveChangesAsync(ct); // for its id
        return member;
    }

    /// <summary>Rows that turned out to be one person, oldest first.</summary>
    private async Task<Member> MergeAsync(WaBotDatabase db, List<Member> rows, long? speaker, CancellationToken ct)
    {
        var kept = rows[0];
        foreach (var other in rows.Skip(1))
        {
            if (await ClaimChanges.LiveAsync(db, kept.Id, ct) is not null && await ClaimChanges.LiveAsync(db, other.Id, ct) is not null)
            {
                MarkConflict(db, kept, other);
            }
            else
            {
                await TakeOverAsync(db, kept, other, ct);
            }
        }
        return rows.FirstOrDefault(m => m.Id == speaker && m.MergedIntoId is null) ?? kept;
    }

    private void MarkConflict(WaBotDatabase db, Member kept, Member other)
    {
        if (other.ConflictsWithId is not null)
        {
            return; // an operator knows
        }
        other.ConflictsWithId = kept.Id;
        desk.Alert(db, new Alert(AlertCodes.IdentityConflict, AlertSeverity.Warning,
            $"Members {kept.Id} and {other.Id} are one person and both hold a server; nothing is deleted until an operator decides."));
    }

    private async Task TakeOverAsync(WaBotDatabase db, Member kept, Member other, CancellationToken ct)
    {
        await db.Aliases.Where(a => a.MemberId == other.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.MemberId, kept.Id), ct);
        foreach (var alias in db.ChangeTracker.Entries<MemberAlias>().Where(e => e.Entity.MemberId == other.Id).ToList())
        {
            await alias.ReloadAsync(ct);
        }
        foreach (var claim in await db.Claims.Where(c => c.MemberId == other.Id).ToListAsync(ct))
        {
            claim.MemberId = kept.Id; // its WaJid stays: the panel knows the server's owner by it
            changes.Record(db, claim, "memberMerged");
        }
        await MovePresencesAsync(db, kept, other, ct);
        await MoveConversationAsync(db, kept, other, ct);
        kept.PrivateChat ??= other.PrivateChat;
        other.PrivateChat = null;
        other.ConflictsWithId = null;
        other.MergedIntoId = kept.Id;
        await db.SaveChangesAsync(ct);
        if (await db.Presences.AnyAsync(p => p.MemberId == kept.Id && p.IsPresent, ct))
        {
            await changes.ReturnedAsync(db, kept.Id, ct); // one of the two forms had "left", the person had not
        }
    }

    private static async Task MovePresencesAsync(WaBotDatabase db, Member kept, Member other, CancellationToken ct)
    {
        foreach (var theirs in await db.Presences.Where(p => p.MemberId == other.Id).ToListAsync(ct))
        {
            db.Presences.Remove(theirs);
            if (await db.Presences.FirstOrDefaultAsync(p => p.MemberId == kept.Id && p.GroupJid == theirs.GroupJid, ct) is { } ours)
            {
                (ours.IsPresent, ours.MissingSince) = (ours.IsPresent || theirs.IsPresent, null);
            }
            else
            {
                db.Presences.Add(new PresenceRow { GroupJid = theirs.GroupJid, MemberId = kept.Id, IsPresent = theirs.IsPresent, Since = theirs.Since });
            }
        }
    }

    private static async Task MoveConversationAsync(WaBotDatabase db, Member kept, Member other, CancellationToken ct)
    {
        if (await db.Conversations.FirstOrDefaultAsync(c => c.MemberId == other.Id, ct) is not { } theirs)
        {
            return;
        }
        db.Conversations.Remove(theirs);
        if (!await db.Conversations.AnyAsync(c => c.MemberId == kept.Id, ct))
        {
            db.Conversations.Add(new ConversationRow { MemberId = kept.Id, Version = theirs.Version, State = theirs.State, ChangedAt = theirs.ChangedAt });
        }
    }
}
