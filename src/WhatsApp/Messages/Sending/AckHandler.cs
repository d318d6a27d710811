using System.Globalization;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>Takes in the service's answers to messages: the row's state, who has our sender key now, and doubts about device lists.</summary>
internal sealed partial class AckHandler(ISessionDatabase database, MessageAcks acks, TimeProvider time, ILogger<AckHandler> logger)
{
    private const int UnknownRefusal = 500;

    public async Task HandleAsync(Node ack, CancellationToken cancellationToken)
    {
        if (ack["class"] != "message" || ack["id"] is not { } id)
        {
            return;
        }

        if (await database.RunAsync("message-acked", store => Apply(store, id, ack), cancellationToken).ConfigureAwait(false) is { } outcome)
        {
            acks.Complete(id, outcome);
        }
    }

    private AckOutcome? Apply(SessionTransaction store, string id, Node ack)
    {
        if (store.Outbound.Find(id) is not { } row)
        {
            return null;
        }

        if (row.AckedAt is { } before)
        {
            return new AckOutcome(before, null);
        }

        if (ack["error"] is { } error)
        {
            var code = int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : UnknownRefusal;
            store.Outbound.MarkFailed(id, code);
            if (row.Chat.IsGroup)
            {
                store.Groups.MarkStale(row.Chat); // a refusal may mean that we know the group wrongly
            }

            Log.Refused(logger, code);
            return new AckOutcome(time.GetUtcNow(), code);
        }

        var at = long.TryParse(ack["t"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : time.GetUtcNow();
        store.Outbound.MarkAcked(id, at);
        if (row.Delivery is { } bytes)
        {
            Remember(store, row.Chat, Delivery.Read(bytes), ack["phash"]);
        }

        return new AckOutcome(at, null);
    }

    private void Remember(SessionTransaction store, Jid chat, Delivery delivery, string? hash)
    {
        if (delivery.KeyId is { } keyId)
        {
            foreach (var device in delivery.KeyTo)
            {
                store.SenderKeyShares.Add(chat, keyId, store.Lids.Canonical(Jid.Parse(device)));
            }
        }

        if (hash is null || hash == delivery.Hash)
        {
            return;
        }

        Log.ListsAreOld(logger);
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var persons = chat.IsGroup ? StoredGroup.Load(store, chat)?.PersonsIn(people) ?? [] : [people.Canonical(chat)];
        foreach (var person in persons.Append(people.Canonical(own.Phone)))
        {
            store.DeviceLists.MarkStale(person);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1353, LogLevel.Warning, "The service refused a message with code {Code}")]
        public static partial void Refused(ILogger logger, int code);

        [LoggerMessage(1354, LogLevel.Information, "The service knows other devices of a chat than we do; they are asked for again")]
        public static partial void ListsAreOld(ILogger logger);
    }
}
