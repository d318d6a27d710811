using Microsoft.EntityFrameworkCore;
using Shared.Claims;
using Shared.Grace;
using Shared.Inbox;
using Shared.Members;
using Shared.Notices;
using Shared.Options;
using Shared.Persistence;

namespace Shared.Membership;

internal sealed class RosterBook(Ledger ledger, MemberBook members, ClaimChanges changes, NoticeDesk desk, GroupOptions groups, TimeProvider time) : IRosterBook
{
    private static readonly TimeSpan SecondLook = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMinutes(1);

    public Task ApplyEventsAsync(long inboxId, string group, IReadOnlyList<MemberIdentity> joined, IReadOnlyList<MemberIdentity> left, CancellationToken ct, bool numberChanged = false) =>
        ledger.CommitAsync("roster.applyEvents", async db =>
        {
            var row = await db.Inbox.FirstAsync(r => r.Id == inboxId, ct);
            if (row.DoneAt is not null)
            {
                return false;
            }
            row.DoneAt = time.GetUtcNow();
            var known = await GroupAsync(db, group, ct);
            var overtaken = known.InboxMark >= inboxId; // a full read that began later knows better, but two witnesses of an absence are enough
            foreach (var identity in left)
            {
                if (!await IsKnownAsync(db, identity, ct))
                {
                    continue; // a stranger who leaves is nobody's loss
                }
                var member = (await members.ResolveAsync(db, identity, ct)).Id;
                if (!overtaken || await db.Presences.AnyAsync(p => p.GroupJid == group && p.MemberId == member && p.MissingSince != null, ct))
                {
                    await SetAbsentAsync(db, known, member, ct);
                }
            }
            if (numberChanged && left is [var before] && joined is [var after])
            {
                await SucceedAsync(db, before, after, ct);
            }
            if (overtaken)
            {
                await FreezeAfterManyAsync(db, group, ct);
                return false;
            }
            foreach (var identity in joined)
            {
                await SetPresentAsync(db, group, (await members.ResolveAsync(db, identity, ct)).Id, ct);
            }
            await FreezeAfterManyAsync(db, group, ct);
            return true;
        }, ct);

    public Task<RosterTicket> BeginReadAsync(string group, CancellationToken ct) => ledger.ReadAsync(async db =>
        new RosterTicket(group, await db.Inbox.MaxAsync(r => (long?)r.Id, ct) ?? 0, time.GetUtcNow()), ct);

    public Task<RosterOutcome> ApplyReadAsync(RosterTicket ticket, RosterRead read, CancellationToken ct) => ledger.CommitAsync("roster.applyRead", async db =>
    {
        if (await db.Inbox.AnyAsync(r => r.Kind == InboundKind.MembersChanged && r.Chat == ticket.Group && r.Id > ticket.InboxMark, ct))
        {
            return new RosterOutcome(RosterVerdict.Overtaken, 0, 0, 0, null);
        }
        var group = await GroupAsync(db, ticket.Group, ct);
        if (!read.WeAreMember)
        {
            if (await db.Presences.AnyAsync(p => p.GroupJid == ticket.Group, ct)) // else it has not been in it yet
            {
                await FreezeAsync(db, FreezeReason.RemovedFromGroup, "the bot is not in a target group any more.", ct);
            }
            return new RosterOutcome(RosterVerdict.Frozen, 0, 0, 0, null);
        }
        group.Subject = read.Subject;
        var here = await ResolveAllAsync(db, read.Members, ct);
        var rows = await db.Presences.Where(p => p.GroupJid == ticket.Group).ToListAsync(ct);
        var before = rows.Where(p => p.IsPresent).ToList();
        var gone = await MissingAsync(db, before.Where(p => !here.Contains(p.MemberId)).ToList(), read, ct);
        var joined = 0;
        foreach (var member in here)
        {
            joined += await SetPresentAsync(db, ticket.Group, member, ct) ? 1 : 0;
        }
        if (before.Count > 0 && read.Members.Count == 0)
        {
            await FreezeAsync(db, FreezeReason.EmptyRoster, "a target group's roster reads empty.", ct);
            return new RosterOutcome(RosterVerdict.Frozen, joined, 0, before.Count, null);
        }
        if (await IsMassAsync(db, gone, before.Count, ct))
        {
            await FreezeAsync(db, FreezeReason.MassDisappearance, $"{gone.Count} of {before.Count} members are missing from a roster at once.", ct);
            gone.ForEach(row => row.MissingSince ??= time.GetUtcNow()); // what an operator looks at before releasing deletions
            return new RosterOutcome(RosterVerdict.Frozen, joined, 0, gone.Count, null);
        }
        (group.LastReadAt, group.InboxMark) = (ticket.BegunAt, ticket.InboxMark);
        return await TakeAbsencesAsync(db, group, gone, joined, ct);
    }, ct);

    public Task<Presence> PresenceInAsync(long memberId, RosterRead read, CancellationToken ct) => ledger.ReadAsync(async db =>
        RosterMatch.Of(await db.Aliases.Where(a => a.MemberId == memberId).Select(a => a.Jid).ToListAsync(ct), read.Members), ct);

    public Task<Presence> LastKnownAsync(long memberId, CancellationToken ct) => ledger.ReadAsync(async db =>
    {
        var rows = await db.Presences.Where(p => p.MemberId == memberId && groups.TargetIds.Contains(p.GroupJid)).ToListAsync(ct);
        return rows.Count == 0 ? Presence.Unknown : rows.Any(p => p.IsPresent) ? Presence.Present : Presence.Absent;
    }, ct);

    public Task<string?> SubjectAsync(string group, CancellationToken ct) => ledger.ReadAsync(db =>
        db.Groups.Where(g => g.Jid == group).Select(g => g.Subject).FirstOrDefaultAsync(ct), ct);

    /// <summary>Decision 16: more than this many at once is not leaving.</summary>
    internal static double Limit(int groupSize) => Math.Max(3, groupSize * 0.1);

    /// <summary>
    /// Too many at once. Those who were missing already when an operator released deletions have been looked at and count as single absences again.
    /// While deletions stand still nobody has looked.
    /// </summary>
    private static async Task<bool> IsMassAsync(WaBotDatabase db, List<PresenceRow> gone, int groupSize, CancellationToken ct) =>
        gone.Count > Limit(groupSize) && (gone.Count(row => row.MissingSince is null) > Limit(groupSize) || await DeletionBreaker.ReadAsync(db, ct) is not null);

    private static Task<bool> IsKnownAsync(WaBotDatabase db, MemberIdentity identity, CancellationToken ct)
    {
        var jids = identity.Jids.ToList();
        return db.Aliases.AnyAsync(a => jids.Contains(a.Jid), ct);
    }

    /// <summary>The same account under a new number: a new identity, but not a second server.</summary>
    private async Task SucceedAsync(WaBotDatabase db, MemberIdentity before, MemberIdentity after, CancellationToken ct)
    {
        if (!await IsKnownAsync(db, before, ct))
        {
            return;
        }
        var former = await members.ResolveAsync(db, before, ct);
        var member = await members.ResolveAsync(db, after, ct);
        if (member.Id != former.Id)
        {
            member.FormerMemberId = former.Id;
        }
    }

    private async Task<RosterOutcome> TakeAbsencesAsync(WaBotDatabase db, GroupRow group, List<PresenceRow> gone, int joined, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? secondReadDue = null;
        var left = 0;
        foreach (var row in gone)
        {
            if (row.MissingSince is { } since && now - since >= SecondLook)
            {
                await SetAbsentAsync(db, group, row.MemberId, ct);
                left++;
                continue;
            }
            row.MissingSince = row.MissingSince is { } earlier && earlier <= now ? earlier : now; // a clock set back starts the wait anew
            var due = row.MissingSince.Value + SecondLook;
            secondReadDue = secondReadDue is { } other && other > due ? other : due;
        }
        return new RosterOutcome(RosterVerdict.Applied, joined, left, gone.Count - left, secondReadDue);
    }

    private async Task<HashSet<long>> ResolveAllAsync(WaBotDatabase db, IReadOnlyList<MemberIdentity> roster, CancellationToken ct)
    {
        var known = await db.Aliases.ToDictionaryAsync(a => a.Jid, a => a.MemberId, StringComparer.Ordinal, ct);
        var here = new HashSet<long>();
        foreach (var identity in roster)
        {
            var owners = identity.Jids.Select(jid => known.TryGetValue(jid, out var id) ? id : 0).Distinct().ToList();
            here.Add(owners is [> 0 and var owner] ? owner : (await members.ResolveAsync(db, identity, ct)).Id);
        }
        // A merge on the way may have moved somebody counted before it.
        var moved = await db.Members.Where(m => m.MergedIntoId != null).ToDictionaryAsync(m => m.Id, m => m.MergedIntoId ?? 0, ct);
        return [.. here.Select(id => moved.GetValueOrDefault(id, id))];
    }

    private static async Task<List<PresenceRow>> MissingAsync(WaBotDatabase db, List<PresenceRow> rows, RosterRead read, CancellationToken ct)
    {
        var ids = rows.Select(r => r.MemberId).ToList();
        var aliases = (await db.Aliases.Where(a => ids.Contains(a.MemberId)).ToListAsync(ct)).ToLookup(a => a.MemberId, a => a.Jid);
        // An empty roster proves nothing about anybody; its own check above all freezes.
        return [.. rows.Where(r => RosterMatch.Of([.. aliases[r.MemberId]], read.Members) == Presence.Absent)];
    }

    private async Task<bool> SetPresentAsync(WaBotDatabase db, string group, long memberId, CancellationToken ct)
    {
        var row = await db.Presences.FindAsync([group, memberId], ct);
        var news = row is not { IsPresent: true };
        if (row is null)
        {
            db.Presences.Add(new PresenceRow { GroupJid = group, MemberId = memberId, IsPresent = true, Since = time.GetUtcNow() });
        }
        else
        {
            (row.IsPresent, row.MissingSince, row.Since) = (true, null, news ? time.GetUtcNow() : row.Since);
        }
        if (news && groups.TargetIds.Contains(group))
        {
            await changes.ReturnedAsync(db, memberId, ct);
        }
        return news;
    }

    private async Task SetAbsentAsync(WaBotDatabase db, GroupRow group, long memberId, CancellationToken ct)
    {
        var row = await db.Presences.FindAsync([group.Jid, memberId], ct);
        if (row is null)
        {
            row = new PresenceRow { GroupJid = group.Jid, MemberId = memberId };
            db.Presences.Add(row);
        }
        else if (!row.IsPresent)
        {
            return;
        }
        (row.IsPresent, row.MissingSince, row.Since) = (false, null, time.GetUtcNow());
        var elsewhere = await db.Presences.AnyAsync(p => p.MemberId == memberId && p.IsPresent && p.GroupJid != group.Jid && groups.TargetIds.Contains(p.GroupJid), ct);
        if (!elsewhere && groups.TargetIds.Contains(group.Jid))
        {
            await changes.LeftAsync(db, memberId, group.Subject, ct);
        }
    }

    private async Task FreezeAfterManyAsync(WaBotDatabase db, string group, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct);
        var since = time.GetUtcNow() - AtOnce;
        var rows = await db.Presences.Where(p => p.GroupJid == group && (p.IsPresent || p.Since > since)).ToListAsync(ct);
        var left = rows.Count(p => !p.IsPresent);
        if (left > Limit(rows.Count))
        {
            await FreezeAsync(db, FreezeReason.MassDisappearance, $"{left} of {rows.Count} members left a target group within a minute.", ct);
        }
    }

    private Task FreezeAsync(WaBotDatabase db, FreezeReason reason, string detail, CancellationToken ct) =>
        DeletionBreaker.FreezeAsync(db, desk, new Freeze(reason, detail, time.GetUtcNow()), ct);

    private static async Task<GroupRow> GroupAsync(WaBotDatabase db, string jid, CancellationToken ct)
    {
        if (await db.Groups.FindAsync([jid], ct) is { } known)
        {
            return known;
        }
        var group = new GroupRow { Jid = jid };
        db.Groups.Add(group);
        return group;
    }
}
