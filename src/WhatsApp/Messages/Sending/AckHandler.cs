using System.Globalization;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Governor;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>Takes in the service's answers to messages: the row's state, who has our sender key now, and doubts about device lists.</summary>
internal sealed partial class AckHandler(
    ISessionDatabase database, MessageAcks acks, EventStream events, TokenIssuer tokens, MissedDevices missed, TimeProvider time, WhatsAppMetrics metrics, ILogger<AckHandler> logger)
{
    private const int UnknownRefusal = 500;

    public async Task HandleAsync(Node ack, CancellationToken cancellationToken)
    {
        if (ack["class"] != "message" || ack["id"] is not { } id)
        {
            return;
        }

        var taken = await database.RunAsync("message-acked", store => Apply(store, id, ack), cancellationToken).ConfigureAwait(false);
        if (taken.HasNews)
        {
            events.Wake();
        }

        if (taken.MissedSome)
        {
            missed.Look(id);
        }

        if (taken.TokenDueFor is { } person)
        {
            tokens.Issue(person);
        }

        if (taken.Outcome is { } outcome)
        {
            if (outcome.Refused is { } code)
            {
                metrics.Refused(code);
            }

            acks.Complete(id, outcome);
        }
    }

    private Taken Apply(SessionTransaction store, string id, Node ack)
    {
        if (store.Outbound.Find(id) is not { } row)
        {
            return new Taken(null);
        }

        if (row.AckedAt is { } before)
        {
            return new Taken(new AckOutcome(before, null));
        }

        var at = long.TryParse(ack["t"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : time.GetUtcNow();
        if (ack["error"] is { } error)
        {
            var code = int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : UnknownRefusal;
            return Refused(store, row, code, at);
        }

        store.Outbound.MarkAcked(id, at);
        var missedSome = false;
        if (row.Delivery is { } bytes)
        {
            missedSome = Remember(store, row.Chat, Delivery.Read(bytes), ack["phash"]);
        }

        return new Taken(new AckOutcome(at, null)) { MissedSome = missedSome, TokenDueFor = row.Chat.IsGroup ? null : DueFor(store, row.Chat) };
    }

    private Taken Refused(SessionTransaction store, OutboundRow row, int code, DateTimeOffset at)
    {
        var now = time.GetUtcNow();
        store.Outbound.MarkFailed(row.Id, code);
        if (row.Chat.IsGroup && !PermissionRules.IsGoverned(code))
        {
            store.Groups.MarkStale(row.Chat); // a refusal may mean that we know the group wrongly
        }

        var restriction = PermissionRules.Refused(store, row.Chat, code, at, now);
        Log.Refused(logger, code);
        return new Taken(new AckOutcome(now, code))
        {
            HasNews = restriction is not null && RestrictionEvents.Raise(store, restriction.Obstacle, active: true, restriction.Until, now),
        };
    }

    /// <summary>The person to give a token of ours; null when it is not time, or when it is our own account.</summary>
    private PeerId? DueFor(SessionTransaction store, Jid chat)
    {
        var person = store.Lids.PeerOf(chat);
        return !OwnAccount.Of(store).Owns(person) && PrivacyTokens.IsIssueDue(store.TokenIssues.LastAt(person), time.GetUtcNow()) ? person : null;
    }

    /// <summary>True when the service knows other devices than the stanza was for.</summary>
    private bool Remember(SessionTransaction store, Jid chat, Delivery delivery, string? hash)
    {
        if (delivery.KeyId is { } keyId)
        {
            foreach (var device in delivery.KeyTo)
            {
                store.SenderKeyShares.Add(chat, keyId, store.Lids.DeviceOf(Jid.Parse(device)));
            }
        }

        if (delivery.ByLid && !chat.IsGroup && !store.Device.Required.LidMigrated)
        {
            store.Device.SaveLidMigrated(true); // it has taken a LID
        }

        if (hash is null || hash == delivery.Hash)
        {
            return false;
        }

        Log.ListsAreOld(logger);
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var persons = chat.IsGroup ? StoredGroup.Load(store, chat)?.PersonsIn(people) ?? [] : [people.PeerOf(chat)];
        foreach (var person in persons.Append(people.PeerOf(own.Phone)))
        {
            store.DeviceLists.MarkStale(person);
        }

        return true;
    }

    private sealed record Taken(AckOutcome? Outcome)
    {
        public bool HasNews { get; init; }

        public bool MissedSome { get; init; }

        public PeerId? TokenDueFor { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(1353, LogLevel.Warning, "The service refused a message with code {Code}")]
        public static partial void Refused(ILogger logger, int code);

        [LoggerMessage(1354, LogLevel.Information, "The service knows other devices of a chat than we do; they are asked for again")]
        public static partial void ListsAreOld(ILogger logger);
    }
}
