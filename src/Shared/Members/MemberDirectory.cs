using Microsoft.EntityFrameworkCore;
using Shared.Persistence;

namespace Shared.Members;

internal sealed class MemberDirectory(Ledger ledger, MemberBook book) : IMemberDirectory
{
    public async Task<Member> ResolveAsync(MemberIdentity identity, string? privateChat, CancellationToken ct)
    {
        if (await FindSettledAsync(identity, privateChat, ct) is { } settled)
        {
            return settled;
        }
        return await ledger.CommitAsync("members.resolve", async db =>
        {
            var member = await book.ResolveAsync(db, identity, ct);
            member.PrivateChat = privateChat ?? member.PrivateChat;
            return member;
        }, ct);
    }

    public Task LearnAsync(string phoneJid, string lid, CancellationToken ct) => ledger.CommitAsync("members.learn", async db =>
    {
        if (await db.Aliases.AnyAsync(a => a.Jid == phoneJid || a.Jid == lid, ct))
        {
            await book.ResolveAsync(db, new MemberIdentity(lid, phoneJid, lid), ct);
        }
        return true;
    }, ct);

    public Task<Member?> FindAsync(long memberId, CancellationToken ct) => ledger.ReadAsync(async db =>
    {
        var member = await db.Members.FirstOrDefaultAsync(m => m.Id == memberId, ct);
        while (member?.MergedIntoId is { } next)
        {
            member = await db.Members.FirstOrDefaultAsync(m => m.Id == next, ct);
        }
        return member;
    }, ct);

    public Task<Member?> FindByJidAsync(string jid, CancellationToken ct) => ledger.ReadAsync(async db =>
        await db.Aliases.Where(a => a.Jid == jid).Join(db.Members, a => a.MemberId, m => m.Id, (_, m) => m).FirstOrDefaultAsync(ct), ct);

    public Task<IReadOnlyList<Member>> ListAsync(CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<Member>>(async db =>
        await db.Members.Where(m => m.MergedIntoId == null).OrderBy(m => m.Id).ToListAsync(ct), ct);

    public Task<IReadOnlyList<string>> AliasesAsync(long memberId, CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<string>>(async db =>
        await db.Aliases.Where(a => a.MemberId == memberId).OrderBy(a => a.Jid).Select(a => a.Jid).ToListAsync(ct), ct);

    /// <summary>The usual case, nothing new: no write.</summary>
    private Task<Member?> FindSettledAsync(MemberIdentity identity, string? privateChat, CancellationToken ct) => ledger.ReadAsync(async db =>
    {
        var jids = identity.Jids.ToList();
        var owners = await db.Aliases.Where(a => jids.Contains(a.Jid)).Select(a => a.MemberId).ToListAsync(ct);
        if (owners.Count != jids.Count || owners.Distinct().Count() != 1)
        {
            return null;
        }
        var member = await db.Members.FirstAsync(m => m.Id == owners[0], ct);
        var news = (privateChat is not null && privateChat != member.PrivateChat) || (identity.PushName is not null && identity.PushName != member.PushName);
        return news ? null : member;
    }, ct);
}
