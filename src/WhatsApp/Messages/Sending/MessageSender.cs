using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Devices;
using WhatsApp.Governor;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>
/// Sends messages. The moved ratchets and the finished stanza are committed together before a byte is written,
/// so a message can be sent again after any crash without using a key twice.
/// </summary>
internal sealed partial class MessageSender(
    ISessionDatabase database,
    IStanzaSender sender,
    DeviceDirectory devices,
    GroupDirectory groups,
    MessageAcks acks,
    ChatTurns turns,
    DirectMessages direct,
    GroupMessages toGroups,
    SendPace pace,
    TimeProvider time,
    WhatsAppMetrics metrics,
    ILogger<MessageSender> logger)
{
    private const int MostRounds = 4;
    private const int BadAddress = 400;
    private const int StaleAddressing = 421;
    private const int ResendBatch = 200;
    private static readonly TimeSpan AckLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ResendFor = TimeSpan.FromHours(24);

    /// <summary>Sends and waits for the service's answer. The same id again sends the same bytes, or nothing when they have been taken.</summary>
    public async Task<DateTimeOffset> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var row = await FindAsync(message, cancellationToken).ConfigureAwait(false);
        if (row is { AckedAt: { } at })
        {
            return at;
        }

        if (await pace.WaitAsync(message.Chat, cancellationToken).ConfigureAwait(false))
        {
            row = await FindAsync(message, cancellationToken).ConfigureAwait(false); // what has become known in the meantime counts
        }

        var outcome = await WriteAsync(message, row?.Stanza, byLid: true, replace: false, cancellationToken).ConfigureAwait(false);
        if (outcome.Refused is BadAddress or StaleAddressing && await CanReaddressAsync(message, outcome.Refused.Value, cancellationToken).ConfigureAwait(false))
        {
            Log.Readdressed(logger, outcome.Refused.Value);
            outcome = await WriteAsync(message, stored: null, byLid: message.Chat.IsGroup, replace: true, cancellationToken).ConfigureAwait(false);
            if (outcome.Refused is null && !message.Chat.IsGroup)
            {
                await database.RunAsync(
                    "number-preferred", store => WireAddress.NoteRefused(store, store.Lids.PeerOf(message.Chat), time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            }
        }

        return outcome.Refused is { } code ? throw new ServerRefusedException(code) : outcome.At;
    }

    /// <summary>Writes again what got no answer before the connection was lost. After each login.</summary>
    public async Task ResendUnackedAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - ResendFor;
        var waiting = await database.RunAsync(
            "outbound-read",
            store => store.Outbound.Unacked(since, ResendBatch).Where(item => PermissionRules.Of(store, item.Chat, time.GetUtcNow()).IsAllowed).ToList(),
            cancellationToken).ConfigureAwait(false);
        foreach (var (_, _, stanza) in waiting)
        {
            await sender.SendAsync(NodeDecoder.Decode(stanza), cancellationToken).ConfigureAwait(false);
        }

        if (waiting.Count > 0)
        {
            Log.Resent(logger, waiting.Count);
        }
    }

    /// <summary>What is kept of the message. Nothing is written where the service would only refuse it.</summary>
    /// <exception cref="WriteBlockedException">The chat may not be written to now.</exception>
    private async Task<OutboundRow?> FindAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var (row, permission) = await database.RunAsync(
            "outbound-read",
            store =>
            {
                var row = store.Outbound.Find(message.Id);
                return (row, row is { AckedAt: not null } ? ChatAccess.Granted : PermissionRules.Of(store, message.Chat, time.GetUtcNow()));
            },
            cancellationToken).ConfigureAwait(false);
        return permission.IsAllowed ? row : throw new WriteBlockedException(permission);
    }

    /// <summary>Encrypts, unless that is done, and writes in the chat's turn; the answer is waited for outside of it.</summary>
    private async Task<AckOutcome> WriteAsync(OutgoingMessage message, byte[]? stored, bool byLid, bool replace, CancellationToken cancellationToken)
    {
        try
        {
            Task<AckOutcome> answer;
            using (await turns.TakeAsync(message.Chat, cancellationToken).ConfigureAwait(false))
            {
                var stanza = stored ?? await PrepareAsync(message, byLid, replace, cancellationToken).ConfigureAwait(false);
                answer = acks.Expect(message.Id);
                await sender.SendAsync(NodeDecoder.Decode(stanza), cancellationToken).ConfigureAwait(false);
            }

            return await answer.WaitAsync(AckLimit, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            acks.Forget(message.Id);
        }
    }

    /// <summary>Fetches what is missing, then encrypts and stores in one commit. What changed in between is fetched again.</summary>
    private async Task<byte[]> PrepareAsync(OutgoingMessage message, bool byLid, bool replace, CancellationToken cancellationToken)
    {
        IStanzaWriter writer = message.Chat.IsGroup ? toGroups : direct;
        for (var round = 0; round < MostRounds; round++)
        {
            var plan = await database.RunAsync("outbound-read", store => writer.Plan(store, message, byLid), cancellationToken).ConfigureAwait(false);
            if (plan.UnreadGroup)
            {
                await ReadGroupAsync(message.Chat, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (plan.Unknown.Count > 0)
            {
                await devices.RefreshAsync([.. plan.Unknown.Select(person => person.Name)], cancellationToken).ConfigureAwait(false);
                continue;
            }

            IReadOnlyDictionary<Jid, PreKeyBundle> bundles = plan.WithoutSession.Count == 0
                ? new Dictionary<Jid, PreKeyBundle>()
                : await devices.FetchBundlesAsync(plan.WithoutSession, cancellationToken).ConfigureAwait(false);
            var prepared = await database.RunAsync("message-sent", store => Store(store, writer, message, byLid, bundles, replace), cancellationToken).ConfigureAwait(false);
            if (prepared is { } done)
            {
                metrics.Unreached(done.Unreached);
                return done.Bytes;
            }
        }

        throw new ServerRefusedException("The chat changed faster than its devices could be read.");
    }

    private (byte[] Bytes, int Unreached)? Store(
        SessionTransaction store, IStanzaWriter writer, OutgoingMessage message, bool byLid, IReadOnlyDictionary<Jid, PreKeyBundle> bundles, bool replace)
    {
        if (!replace && store.Outbound.Find(message.Id) is { Stanza: { } stored })
        {
            return (stored, 0); // the same id came twice at once
        }

        if (writer.Write(store, message, byLid, bundles) is not { } written)
        {
            return null;
        }

        var bytes = NodeEncoder.Encode(written.Stanza);
        if (replace)
        {
            store.Outbound.Replace(message.Id, bytes, written.Delivery.Write());
        }
        else
        {
            store.Outbound.Add(message.Id, message.Chat, message.Plaintext, bytes, written.Delivery.Write(), time.GetUtcNow());
        }

        return (bytes, written.Unreached);
    }

    private async Task ReadGroupAsync(Jid group, CancellationToken cancellationToken)
    {
        try
        {
            await groups.ReadAsync(group, cancellationToken).ConfigureAwait(false);
        }
        catch (GroupUnavailableException unavailable)
        {
            throw new ServerRefusedException($"The group cannot be written to: {unavailable.Reason}.", unavailable);
        }
    }

    /// <summary>A group that changed its addressing is read anew; a LID the service refuses gives way to the number, if there is one.</summary>
    private Task<bool> CanReaddressAsync(OutgoingMessage message, int code, CancellationToken cancellationToken) => database.RunAsync(
        "send-refused",
        store =>
        {
            if (message.Chat.IsGroup)
            {
                store.Groups.MarkStale(message.Chat);
                return code == StaleAddressing;
            }

            var person = store.Lids.PeerOf(message.Chat);
            return code == BadAddress && store.Outbound.Find(message.Id) is { Delivery: { } delivery } &&
                Delivery.Read(delivery).ByLid && store.Lids.PhoneOf(person) is not null;
        },
        cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1351, LogLevel.Information, "The service refused a message's addressing ({Code}); it is sent once more in the other form")]
        public static partial void Readdressed(ILogger logger, int code);

        [LoggerMessage(1352, LogLevel.Information, "Sent {Count} messages again that had no answer")]
        public static partial void Resent(ILogger logger, int count);
    }
}
