using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Devices;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Sending;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Retry;

/// <summary>Answers devices that could not decrypt a message of ours, within bounds. Source: facts 11.6.</summary>
internal sealed partial class RetryAnswers(
    ISessionDatabase database,
    IStanzaSender sender,
    EventStream events,
    DeviceDirectory devices,
    ChatTurns turns,
    SingleResend resend,
    SessionRepair repair,
    GroupResendLimit groupLimit,
    BackgroundWork background,
    TimeProvider time,
    IRandomSource random,
    WhatsAppMetrics metrics,
    ILogger<RetryAnswers> logger)
{
    /// <summary>A count above says that resending does not help.</summary>
    private const int MaxCount = 4;

    /// <summary>Answers to one device for one message, whatever count it names.</summary>
    private const int MaxAnswers = 10;

    private const int MaxPending = 64;

    private int _pending;

    /// <summary>The answer may need a request and is given beside the reader. The receipt's ack follows it: what a crash cuts off is asked for again.</summary>
    public async Task HandleAsync(Node receipt, CancellationToken cancellationToken)
    {
        var request = RetryRequest.Read(receipt);
        if (Interlocked.Increment(ref _pending) <= MaxPending && background.Run("answer a retry", ct => AnswerThenAckAsync(receipt, request, ct)))
        {
            return;
        }

        Interlocked.Decrement(ref _pending);
        metrics.RetryReceived("dropped");
        Log.Dropped(logger, "too many requests at once");
        await sender.SendAsync(StanzaAcks.Ack(receipt), cancellationToken).ConfigureAwait(false);
    }

    private async Task AnswerThenAckAsync(Node receipt, RetryRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await AnswerAsync(request, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A request that always fails must not come back at every login; it is logged.
        catch (Exception fault) when (fault is not (OperationCanceledException or NotConnectedException or TimeoutException or SessionStoreException))
#pragma warning restore CA1031
        {
            metrics.RetryReceived("failed");
            Log.Failed(logger, fault);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }

        await sender.SendAsync(StanzaAcks.Ack(receipt), cancellationToken).ConfigureAwait(false);
    }

    private async Task AnswerAsync(RetryRequest request, CancellationToken cancellationToken)
    {
        await LearnWhoAsksAsync(request, cancellationToken).ConfigureAwait(false);
        var refusal = await database.RunAsync("retry-checked", store => Check(store, request), cancellationToken).ConfigureAwait(false);
        if (refusal is null && request.Chat.IsGroup && !groupLimit.TryTake(request.Chat))
        {
            refusal = "the group has had its share";
        }

        if (refusal is not null)
        {
            metrics.RetryReceived("dropped");
            Log.Dropped(logger, refusal);
            return;
        }

        var device = await database.RunAsync("retry-repaired", store => Repair(store, request), cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<Jid, PreKeyBundle> bundles =
            device is null ? new Dictionary<Jid, PreKeyBundle>() :
            request.Keys is { } keys ? new Dictionary<Jid, PreKeyBundle> { [device.Value.Name] = keys } :
            await devices.FetchBundlesAsync([device.Value], cancellationToken).ConfigureAwait(false);
        using var turn = await turns.TakeAsync(request.Chat, cancellationToken).ConfigureAwait(false); // its sender key must not overtake a message encrypted before
        if (await database.RunAsync("retry-answered", store => Write(store, request, bundles), cancellationToken).ConfigureAwait(false) is { } stanza)
        {
            events.Wake(); // a changed identity may have been stored
            await sender.SendAsync(stanza, cancellationToken).ConfigureAwait(false);
            metrics.RetryReceived("answered");
            Log.Answered(logger, request.Count);
        }
        else
        {
            metrics.RetryReceived("dropped");
            Log.Dropped(logger, "the device has no keys");
        }
    }

    /// <summary>Who was written to by number may ask under a LID nobody has told us yet: the service says whose it is.</summary>
    private async Task LearnWhoAsksAsync(RetryRequest request, CancellationToken cancellationToken)
    {
        if (request.Chat.IsGroup || !request.Device.IsLid)
        {
            return;
        }

        var number = await database.RunAsync(
            "outbound-read",
            store => store.Outbound.Find(request.Id) is { Chat: { IsPhone: true } chat } && store.Lids.LidOf(chat) is null ? chat : default(Jid?),
            cancellationToken).ConfigureAwait(false);
        if (number is { } unknown)
        {
            await devices.RefreshAsync([unknown], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the device may have the message; else why not.</summary>
    private string? Check(SessionTransaction store, RetryRequest request)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var device = people.DeviceOf(request.Device);
        if (request.Count > MaxCount)
        {
            return "it has asked too often";
        }

        if (store.Outbound.Find(request.Id) is not { } row)
        {
            return "the message is not kept";
        }

        var isOwn = own.Owns(device);
        var wasMeant = row.Chat.IsGroup
            ? request.Chat == row.Chat && (isOwn || (StoredGroup.Load(store, row.Chat)?.Holds(device.Peer, people) ?? false))
            : isOwn || (!request.Chat.IsGroup && people.PeerOf(row.Chat) == device.Peer);
        if (!wasMeant || own.IsThisDevice(device))
        {
            return "the message was not for this device";
        }

        if (!AreVouchedFor(store, request, device))
        {
            return "its keys are not vouched for";
        }

        return store.Retries.Increment(StoreKey.Of("asks", device, request.Id), time.GetUtcNow()) > MaxAnswers ? "it had its answers" : null;
    }

    /// <summary>Notes what the request tells about the device. Returns its name when the session does not fit and a new one may be set up.</summary>
    private DeviceId? Repair(SessionTransaction store, RetryRequest request)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var device = people.DeviceOf(request.Device);
        if (request.Chat.IsGroup)
        {
            store.SenderKeyShares.Remove(request.Chat, device);
        }

        if (DeviceDirectory.Cached(store, device.Peer, time.GetUtcNow()) is { } known && !known.Contains(device.Number))
        {
            store.DeviceLists.MarkStale(device.Peer);
            if (request.Chat.IsGroup)
            {
                StoredGroup.DropSenderKey(store, request.Chat, own);
            }
        }

        var sessions = new SessionCipher(store.Signal, random);
        return !sessions.HasSession(device) || (CauseIn(store, request, device, sessions) is { } cause && repair.TryBegin(store, device, cause, request.Id)) ? device : null;
    }

    private RepairCause? CauseIn(SessionTransaction store, RetryRequest request, DeviceId device, SessionCipher sessions)
    {
        var isStuck = IsStuck(store, request, sessions.BaseKeyOf(device), device);
        return SessionRepair.IsOtherDevice(store, random, device, request.RegistrationId, request.Keys) ? RepairCause.OtherDevice :
            request.Keys is not null ? RepairCause.KeysOffered :
            isStuck ? RepairCause.StillUnread : null;
    }

    /// <summary>Asking again over the very session it had at the second request: resending over it cannot help.</summary>
    private bool IsStuck(SessionTransaction store, RetryRequest request, byte[]? baseKey, DeviceId device)
    {
        if (baseKey is null || request.Count < 2)
        {
            return false;
        }

        var key = StoreKey.Of("base", device, $"{request.Id}|{Convert.ToHexString(baseKey)}");
        return store.Retries.Increment(key, time.GetUtcNow()) > 1 && request.Count > 2;
    }

    private Node? Write(SessionTransaction store, RetryRequest request, IReadOnlyDictionary<Jid, PreKeyBundle> bundles) =>
        store.Outbound.Find(request.Id) is { } row ? resend.Write(store, row, request.Device, request.Count, bundles, renew: true) : null;

    /// <summary>A companion's keys are another's than before: its phone has to vouch for them, as for a first message.</summary>
    private static bool AreVouchedFor(SessionTransaction store, RetryRequest request, DeviceId device)
    {
        if (request.Keys is not { } keys || device.Number == 0 || (store.Identities.Load(device) is { } known && known.AsSpan().SequenceEqual(keys.Identity)))
        {
            return true;
        }

        try
        {
            CompanionCheck.Verify(store, device, keys.Identity, request.Certificate);
            return true;
        }
        catch (SignalException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1361, LogLevel.Information, "A device could not decrypt a message of ours and got it again (request {Count})")]
        public static partial void Answered(ILogger logger, int count);

        [LoggerMessage(1363, LogLevel.Error, "A device's request for a message could not be answered")]
        public static partial void Failed(ILogger logger, Exception fault);

        [LoggerMessage(1362, LogLevel.Warning, "A device's request for a message was not answered: {Reason}")]
        public static partial void Dropped(ILogger logger, string reason);
    }
}
