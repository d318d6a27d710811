using System.Text;
using Microsoft.EntityFrameworkCore;
using Shared.Alerts;
using Shared.Outbox;
using Shared.Persistence;
using Shared.Secrets;

namespace Shared.Notices;

/// <summary>Puts finished texts and alerts into the transaction at hand.</summary>
internal sealed class NoticeDesk(INoticeWriter writer, IMessageIds messageIds, ISecretProtector secrets, TimeProvider time)
{
    /// <summary>Nothing is queued for a member without a private chat: the bot never opens one.</summary>
    public async Task TellAsync(WaBotDatabase db, long memberId, Guid claimId, Notice notice, CancellationToken ct)
    {
        var member = await db.Members.FirstAsync(m => m.Id == memberId, ct);
        if (member.PrivateChat is not { } chat)
        {
            return;
        }
        var now = time.GetUtcNow();
        var id = messageIds.New();
        var text = writer.Write(notice, member.Language);
        db.Outbox.Add(new OutboxRow
        {
            MessageId = id,
            Kind = OutboxKind.Text,
            Chat = chat,
            ClaimId = claimId,
            IsSecret = notice.IsSecret,
            Text = notice.IsSecret ? null : text,
            ProtectedText = notice.IsSecret ? secrets.Protect(Encoding.UTF8.GetBytes(text), Purpose(id)) : null,
            State = OutboxState.Queued,
            CreatedAt = now,
            NextAttempt = now,
        });
    }

    public void Reply(WaBotDatabase db, Draft draft, Guid? claimId)
    {
        var now = time.GetUtcNow();
        db.Outbox.Add(new OutboxRow
        {
            MessageId = messageIds.New(),
            Kind = OutboxKind.Text,
            Chat = draft.Chat,
            ClaimId = claimId,
            Text = draft.Text,
            QuoteId = draft.Quote?.MessageId,
            QuoteSender = draft.Quote?.SenderJid,
            QuoteText = draft.Quote?.Text,
            State = OutboxState.Queued,
            CreatedAt = now,
            NextAttempt = now,
        });
    }

    /// <summary>Takes a credentials message back: unsent it is withdrawn, sent it is revoked. Its text is erased either way.</summary>
    public void TakeBack(WaBotDatabase db, OutboxRow message, string withdrawnCode)
    {
        message.ProtectedText = null;
        if (message.State == OutboxState.Queued)
        {
            (message.State, message.FailureCode) = (OutboxState.Failed, withdrawnCode);
            return;
        }
        var now = time.GetUtcNow();
        db.Outbox.Add(new OutboxRow
        {
            MessageId = messageIds.New(),
            Kind = OutboxKind.Revoke,
            Chat = message.Chat,
            ClaimId = message.ClaimId,
            Revokes = message.MessageId,
            State = OutboxState.Queued,
            CreatedAt = now,
            NextAttempt = now,
        });
    }

    public void Alert(WaBotDatabase db, Alert alert)
    {
        var now = time.GetUtcNow();
        db.Alerts.Add(new AlertRow { Code = alert.Code, Severity = alert.Severity, Text = alert.Text, Subject = alert.Subject, CreatedAt = now, NextAttempt = now });
    }

    public string Read(OutboxRow row) => row.ProtectedText is { } cipher
        ? Encoding.UTF8.GetString(secrets.Unprotect(cipher, Purpose(row.MessageId)))
        : row.Text ?? "";

    /// <summary>Credentials messages of a claim that can still be taken back.</summary>
    public static IQueryable<OutboxRow> Credentials(WaBotDatabase db, Guid? claimId) => db.Outbox.Where(row =>
        row.IsSecret && (claimId == null || row.ClaimId == claimId) && row.State != OutboxState.Failed
        && !db.Outbox.Any(revoke => revoke.Revokes == row.MessageId));

    private static string Purpose(string messageId) => "outbox:" + messageId;
}
