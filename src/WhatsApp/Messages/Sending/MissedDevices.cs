using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Devices;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Retry;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>
/// The service took a message but knows other devices of the chat than we did. The lists are read again, and whoever was left
/// out gets the message after all, once. Source: facts 10.3, step 7.
/// </summary>
internal sealed partial class MissedDevices(
    ISessionDatabase database,
    IStanzaSender sender,
    EventStream events,
    DeviceDirectory devices,
    ChatTurns turns,
    SingleResend resend,
    GroupResendLimit groupLimit,
    BackgroundWork background,
    TimeProvider time,
    IRandomSource random,
    ILogger<MissedDevices> logger)
{
    /// <summary>More new devices at once than any chat gets; the rest asks by itself.</summary>
    private const int Most = 50;

    public void Look(string messageId) => background.Run("devices left out", token => LookAsync(messageId, token));

    private async Task LookAsync(string messageId, CancellationToken cancellationToken)
    {
        var (chat, people) = await database.RunAsync("outbound-read", store => (store.Outbound.Find(messageId)?.Chat ?? default, PeopleOf(store, messageId)), cancellationToken).ConfigureAwait(false);
        await devices.RefreshAsync([.. people.Select(person => person.Name)], cancellationToken).ConfigureAwait(false);
        var missed = await database.RunAsync("outbound-read", store => MissedBy(store, messageId), cancellationToken).ConfigureAwait(false);
        if (missed.Count == 0)
        {
            return;
        }

        var withoutSession = await database.RunAsync(
            "outbound-read",
            store => missed.Where(device => !new SessionCipher(store.Signal, random).HasSession(device.Id)).Select(device => device.Id).ToList(),
            cancellationToken).ConfigureAwait(false);
        var bundles = await devices.FetchBundlesAsync(withoutSession, cancellationToken).ConfigureAwait(false);
        using var turn = await turns.TakeAsync(chat, cancellationToken).ConfigureAwait(false); // its sender key must not overtake a message encrypted before
        var stanzas = await database.RunAsync("missed-answered", store => Write(store, messageId, missed, bundles), cancellationToken).ConfigureAwait(false);
        events.Wake();
        foreach (var stanza in stanzas)
        {
            await sender.SendAsync(stanza, cancellationToken).ConfigureAwait(false);
        }

        Log.Sent(logger, stanzas.Count, missed.Count);
    }

    private IReadOnlyList<PeerId> PeopleOf(SessionTransaction store, string messageId)
    {
        if (store.Outbound.Find(messageId) is not { } row)
        {
            return [];
        }

        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        IEnumerable<PeerId> persons = row.Chat.IsGroup ? StoredGroup.Load(store, row.Chat)?.PersonsIn(people) ?? [] : [people.PeerOf(row.Chat)];
        return [.. persons.Append(people.PeerOf(own.Phone)).Distinct()];
    }

    /// <summary>Devices on the new lists that the stanza was not for: in a group those that still lack the key it was written with.</summary>
    private IReadOnlyList<Recipient> MissedBy(SessionTransaction store, string messageId)
    {
        if (store.Outbound.Find(messageId) is not { Delivery: { } bytes } row)
        {
            return [];
        }

        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var delivery = Delivery.Read(bytes);
        var had = row.Chat.IsGroup
            ? (delivery.KeyId is { } keyId ? store.SenderKeyShares.Holders(row.Chat, keyId) : []).ToHashSet()
            : delivery.To.Select(device => store.Lids.DeviceOf(Jid.Parse(device))).ToHashSet();
        if (had.Count == 0)
        {
            return [];
        }

        var now = Recipients.Resolve(store, people, own, PeopleOf(store, messageId), delivery.ByLid, time.GetUtcNow());
        return [.. now.Devices.Where(device => !had.Contains(device.Id)).Take(Most)];
    }

    private List<Node> Write(SessionTransaction store, string messageId, IReadOnlyList<Recipient> missed, IReadOnlyDictionary<Jid, PreKeyBundle> bundles)
    {
        if (store.Outbound.Find(messageId) is not { } row)
        {
            return [];
        }

        return
        [
            .. missed
                .Where(_ => !row.Chat.IsGroup || groupLimit.TryTake(row.Chat))
                .Select(device => resend.Write(store, row, device.Wire, count: null, bundles, renew: false))
                .OfType<Node>(),
        ];
    }

    private static partial class Log
    {
        [LoggerMessage(1356, LogLevel.Information, "A message was sent to {Sent} of {Missed} devices our lists had left out")]
        public static partial void Sent(ILogger logger, int sent, int missed);
    }
}
