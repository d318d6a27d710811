using WhatsApp.Binary;
using WhatsApp.Devices;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>Turns a message into a stanza inside a commit, after <see cref="SendPlan"/> said what has to be fetched before.</summary>
internal interface IStanzaWriter
{
    SendPlan Plan(SessionTransaction store, OutgoingMessage message, bool byLid);

    /// <summary>Null when something the plan relied on is no longer known: plan again.</summary>
    WrittenStanza? Write(SessionTransaction store, OutgoingMessage message, bool byLid, IReadOnlyDictionary<Jid, PreKeyBundle> bundles);
}

/// <summary>Unreached: devices left out for want of a session and of usable keys.</summary>
internal sealed record WrittenStanza(Node Stanza, Delivery Delivery, int Unreached);

/// <summary>What a message needs from the service before it can be encrypted.</summary>
/// <param name="UnreadGroup">The group's members have to be read.</param>
/// <param name="Unknown">People whose devices have to be asked for.</param>
/// <param name="WithoutSession">Devices whose key bundles have to be fetched.</param>
internal sealed record SendPlan(bool UnreadGroup, IReadOnlyList<PeerId> Unknown, IReadOnlyList<DeviceId> WithoutSession)
{
    public static SendPlan ReadGroupFirst { get; } = new(true, [], []);

    public static SendPlan Of(SessionTransaction store, Recipients recipients, IEnumerable<Recipient> encryptFor, IRandomSource random)
    {
        var sessions = new SessionCipher(store.Signal, random);
        return new SendPlan(
            false,
            recipients.Unknown,
            [.. encryptFor.Where(device => !sessions.HasSession(device.Id)).Select(device => device.Id)]);
    }

    /// <summary>Devices without keys may be gone: their people's lists are asked for again with the next message.</summary>
    public static void DoubtUnreached(SessionTransaction store, IReadOnlyList<Recipient> wanted, IReadOnlyList<Recipient> reached)
    {
        foreach (var device in wanted.Except(reached))
        {
            store.DeviceLists.MarkStale(device.Id.Peer);
        }
    }
}
