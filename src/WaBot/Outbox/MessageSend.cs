using Shared.Alerts;
using Shared.Outbox;
using WhatsApp;

namespace WaBot.Outbox;

/// <summary>One message on its way, and what each answer of the service means for its row.</summary>
internal sealed partial class MessageSend(IWhatsAppClient client, IOutbox outbox, IAlerts alerts, TimeProvider time, ILogger<MessageSend> logger)
{
    private const int RefusalsAtMost = 5;
    private static readonly TimeSpan AfterSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>A chat that only the member can open again is looked at this often, and given up after about a day.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(2);
    private const int LooksAtMost = 720;

    /// <summary>A known end is believed for so long before it is looked at again: it may have been lifted.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    public async Task SendAsync(OutboxMessage message, CancellationToken ct)
    {
        if (!Jid.TryParse(message.Chat, out var chat) || await client.FindChatAsync(chat, ct) is not { } handle)
        {
            Log.NoChat(logger, message.Id); // the bot opens no chats
            await outbox.MarkFailedAsync(message.MessageId, "no_chat", ct);
            return;
        }
        if (await client.CanWriteAsync(handle, ct) is { IsAllowed: false } access)
        {
            await WaitForAccessAsync(message, access, ct);
            return;
        }
        try
        {
            var sentAt = await PutOnTheWireAsync(message, handle, ct);
            await outbox.MarkSentAsync(message.MessageId, sentAt, ct);
        }
        catch (NotConnectedException)
        {
            await PostponeAsync(message, AfterSilence, ct);
        }
        catch (WriteBlockedException blocked)
        {
            await WaitForAccessAsync(message, blocked.Access, ct); // the session learned of it while this one waited for its place
        }
        catch (TimeoutException)
        {
            Log.NoAnswer(logger, message.Id, message.Attempts + 1);
            await PostponeAsync(message, Backoff(message.Attempts), ct); // unknown whether it arrived: the same id cannot show twice
        }
        catch (ServerRefusedException refusal)
        {
            await RefusedAsync(message, refusal.Code, ct);
        }
    }

    private async Task<DateTimeOffset> PutOnTheWireAsync(OutboxMessage message, ChatHandle handle, CancellationToken ct)
    {
        if (message.Kind == OutboxKind.Revoke)
        {
            await client.RevokeAsync(handle, message.RevokesMessageId ?? throw new InvalidDataException("A revoke row names no message."), message.MessageId, ct);
            return time.GetUtcNow();
        }
        var quote = message.Quote is { } q ? new QuotedMessage(q.MessageId, Jid.Parse(q.SenderJid), q.Text) : null;
        return await client.SendTextAsync(handle, new OutgoingText(message.Text) { Quote = quote }, message.MessageId, ct);
    }

    private async Task RefusedAsync(OutboxMessage message, int code, CancellationToken ct)
    {
        // 463 and 475 restrict the account, 429 its pace: trying again makes each of them worse. What follows waits until the session allows it.
        if (code is 463 or 475 or 429 || message.Attempts + 1 >= RefusalsAtMost)
        {
            Log.Refused(logger, message.Id, code);
            await outbox.MarkFailedAsync(message.MessageId, $"refused_{code}", ct);
            if (code == 463)
            {
                await alerts.RaiseAsync(new Alert("message_refused", AlertSeverity.Warning,
                    $"WhatsApp refused a private message (463), outbox row {message.Id}. It is not tried again; that chat waits until the member writes.", "session"), ct);
            }
            return;
        }
        await PostponeAsync(message, Backoff(message.Attempts), ct);
    }

    /// <summary>Nothing is asked of the service meanwhile: the session knows by itself when it may be written again.</summary>
    private async Task WaitForAccessAsync(OutboxMessage message, ChatAccess access, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (message.Attempts >= LooksAtMost)
        {
            Log.StillBlocked(logger, message.Id, access.Obstacle);
            await outbox.MarkFailedAsync(message.MessageId, $"blocked_{access.Obstacle}", ct);
            return;
        }
        Log.Waits(logger, message.Id, access.Obstacle, access.Until);
        var look = Backoff(message.Attempts) is var pause && pause < LongestLook ? pause : LongestLook;
        var next = access.Until is { } until && until - now > look ? Earlier(until, now + LongestWait) : now + look;
        await outbox.PostponeAsync(message.MessageId, next, ct);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private Task PostponeAsync(OutboxMessage message, TimeSpan pause, CancellationToken ct) =>
        outbox.PostponeAsync(message.MessageId, time.GetUtcNow() + pause, ct);

    private static TimeSpan Backoff(int attempts)
    {
        var pause = AfterSilence * Math.Pow(3, Math.Min(attempts, 6));
        return pause < LongestPause ? pause : LongestPause;
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Warning, "Outbox row {Row}: no chat to write to; it is given up")]
        public static partial void NoChat(ILogger logger, long row);

        [LoggerMessage(3302, LogLevel.Warning, "Outbox row {Row}: the service gave no answer, attempt {Attempt}; it is sent again under the same id")]
        public static partial void NoAnswer(ILogger logger, long row, int attempt);

        [LoggerMessage(3304, LogLevel.Information, "Outbox row {Row}: the chat may not be written to now ({Obstacle}, until {Until}); it waits")]
        public static partial void Waits(ILogger logger, long row, WriteObstacle obstacle, DateTimeOffset? until);

        [LoggerMessage(3305, LogLevel.Error, "Outbox row {Row}: the chat could not be written to for too long ({Obstacle}); it is given up")]
        public static partial void StillBlocked(ILogger logger, long row, WriteObstacle obstacle);

        [LoggerMessage(3303, LogLevel.Error, "Outbox row {Row}: the service refused with {Code}; it is given up")]
        public static partial void Refused(ILogger logger, long row, int code);
    }
}
