using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Chance;
using Shared.Claims;
using Shared.Notices;
using Shared.Persistence;

namespace Shared.Conversations;

internal sealed class Turns(Ledger ledger, ClaimChanges changes, NoticeDesk desk, IRandomBytes random, TimeProvider time) : ITurns
{
    public Task<TurnStart> StartAsync(long memberId, CancellationToken ct) => ledger.ReadAsync(async db =>
    {
        var member = await db.Members.FirstAsync(m => m.Id == memberId, ct);
        var row = await db.Conversations.FirstOrDefaultAsync(c => c.MemberId == memberId, ct);
        var claim = await ClaimChanges.StandingAsync(db, memberId, ct);
        var taken = await db.Claims.Where(c => c.State != ClaimState.Deleted && c.MemberId != memberId).Select(c => c.Username).ToHashSetAsync(ct);
        var credentials = claim is not null && claim.MemberId == memberId && await NoticeDesk.Credentials(db, claim.Id).AnyAsync(ct);
        var group = await db.Groups.OrderBy(g => g.Jid).Select(g => g.Subject).FirstOrDefaultAsync(ct);
        var position = claim is { State: ClaimState.Creating, QueuedAt: not null } ? await ClaimQueue.PositionAsync(db, claim.Id, ct) : null;
        return new TurnStart(member, row?.Version ?? 0, row?.State, claim, taken, credentials, group) { QueuePosition = position, ClaimsPaused = await Operators.OperatorDesk.ArePausedAsync(db, ct) };
    }, ct);

    public async Task<TurnResult> SaveAsync(TurnEnd end, CancellationToken ct)
    {
        try
        {
            return await ledger.CommitAsync("turns.save", async db =>
            {
                var inbox = await db.Inbox.FirstAsync(r => r.Id == end.InboxId, ct);
                if (inbox.DoneAt is not null)
                {
                    return new TurnResult(TurnOutcome.AlreadyDone, null);
                }
                inbox.DoneAt = time.GetUtcNow();
                var member = await db.Members.FirstAsync(m => m.Id == end.MemberId, ct);
                if (member.MergedIntoId is not null)
                {
                    throw new FactsChangedException();
                }
                member.Language = end.Language;
                await KeepAsync(db, end, ct);
                var claim = end.Request is null ? null : await FulfilAsync(db, end.MemberId, end.Request, ct);
                foreach (var reply in end.Replies)
                {
                    desk.Reply(db, reply, claim?.Id);
                }
                return new TurnResult(TurnOutcome.Saved, claim);
            }, ct);
        }
        catch (FactsChangedException)
        {
            return new TurnResult(TurnOutcome.StartAgain, null); // the transaction is rolled back as a whole
        }
    }

    private async Task KeepAsync(WaBotDatabase db, TurnEnd end, CancellationToken ct)
    {
        var row = await db.Conversations.FirstOrDefaultAsync(c => c.MemberId == end.MemberId, ct);
        if ((row?.Version ?? 0) != end.Version)
        {
            throw new FactsChangedException();
        }
        if (row is null)
        {
            db.Conversations.Add(new ConversationRow { MemberId = end.MemberId, Version = 1, State = end.State, ChangedAt = time.GetUtcNow() });
            return;
        }
        (row.Version, row.State, row.ChangedAt) = (row.Version + 1, end.State, time.GetUtcNow());
    }

    /// <summary>Does what the turn asks for; the claim is returned when a job has to follow.</summary>
    private async Task<Claim?> FulfilAsync(WaBotDatabase db, long memberId, TurnRequest request, CancellationToken ct)
    {
        if (request is TurnRequest.SubmitClaim or TurnRequest.RetryClaim && await HasLeftAsync(db, memberId, ct))
        {
            throw new FactsChangedException(); // left after the check: a claim made now would outlive its leave event
        }
        switch (request)
        {
            case TurnRequest.SubmitClaim submit:
                var result = await changes.SubmitAsync(db, new NewClaim(memberId, submit.Template, submit.Username), ClaimService.NewClaimId(random), ct);
                return result.Outcome == SubmitOutcome.Accepted ? result.Claim : throw new FactsChangedException();

            case TurnRequest.RetryClaim retry:
                var claim = await db.Claims.FirstOrDefaultAsync(c => c.Id == retry.Claim.Id && c.MemberId == memberId, ct);
                if (claim is not { State: ClaimState.Failed } || claim.Version != retry.Claim.Version)
                {
                    throw new FactsChangedException();
                }
                changes.Retry(db, claim);
                return claim;

            case TurnRequest.CallOperator:
                desk.Alert(db, new Alert(AlertCodes.HelpWanted, AlertSeverity.Info, $"Member {memberId} asks for a human in the chat.", $"member {memberId}"));
                return null;

            default:
                if (await ClaimChanges.LiveAsync(db, memberId, ct) is { } live)
                {
                    foreach (var credentials in await NoticeDesk.Credentials(db, live.Id).ToListAsync(ct))
                    {
                        desk.TakeBack(db, credentials, "withdrawn");
                    }
                }
                return null;
        }
    }

    private static async Task<bool> HasLeftAsync(WaBotDatabase db, long memberId, CancellationToken ct)
    {
        var rows = await db.Presences.Where(p => p.MemberId == memberId).Select(p => p.IsPresent).ToListAsync(ct);
        return rows.Count > 0 && rows.TrueForAll(present => !present);
    }

    /// <summary>Leaves the transaction without a commit.</summary>
    private sealed class FactsChangedException : Exception;
}
