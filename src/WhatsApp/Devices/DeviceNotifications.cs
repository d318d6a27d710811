using WhatsApp.Binary;
using WhatsApp.Governor;
using WhatsApp.Groups;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Sending;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Devices;

/// <summary>What the service tells about other people's devices: lists that changed, devices set up anew, tokens. Source: facts 11.7 and 8.7.</summary>
internal sealed class DeviceNotifications(ISessionDatabase database, EventStream events, TimeProvider time)
{
    private const int MaxTokenBytes = 1024;

    /// <summary><c>devices</c>: the cached list is in doubt; what a removed device held is no longer given to it.</summary>
    public Task DevicesChangedAsync(Node notification, CancellationToken cancellationToken) => RunAsync(
        "devices-changed",
        notification,
        (store, own, people, person) =>
        {
            foreach (var change in notification.Children)
            {
                if (IdentityPair.Of(person, change.JidOf("lid")) is { } pair)
                {
                    people.Learn(pair);
                }
            }

            DeviceListChange.Apply(store, people.PeerOf(person), person.Bare, notification, time.GetUtcNow());
            foreach (var device in notification.ChildrenOf("remove").SelectMany(remove => remove.ChildrenOf("device")).Select(device => device.JidOf("jid")))
            {
                if (device is { IsPerson: true, Device: not 0 } gone && people.PeerOf(gone) == people.PeerOf(person))
                {
                    ForgetDevice(store, own, people.DeviceOf(gone));
                }
            }
        },
        cancellationToken);

    /// <summary><c>account_sync</c> with devices: our own other devices changed.</summary>
    public Task OwnDevicesChangedAsync(Node notification, CancellationToken cancellationToken) => RunAsync(
        "devices-changed", notification, (store, own, people, _) => store.DeviceLists.MarkStale(people.PeerOf(own.Phone)), cancellationToken);

    /// <summary><c>encrypt</c> with identity: the person set WhatsApp up anew. Sessions with the old keys are of no use.</summary>
    public Task IdentityChangedAsync(Node notification, CancellationToken cancellationToken) => RunAsync(
        "identity-changed",
        notification,
        (store, own, people, person) =>
        {
            var canonical = people.PeerOf(person);
            if (own.Owns(canonical))
            {
                return;
            }

            IdentityChanges.Told(store, canonical, notification["id"] ?? "", time.GetUtcNow());
        },
        cancellationToken);

    /// <summary><c>privacy_token</c>: the person shows the service that they know us.</summary>
    public Task TokenGivenAsync(Node notification, CancellationToken cancellationToken) => RunAsync(
        "token-given",
        notification,
        (store, _, people, person) =>
        {
            if (IdentityPair.Of(person, notification.JidOf("sender_lid")) is { } pair)
            {
                people.Sight(pair);
            }

            foreach (var token in notification.Child("tokens")?.ChildrenOf("token") ?? [])
            {
                if (token["type"] == "trusted_contact" && token.Bytes is { Length: > 0 and <= MaxTokenBytes } bytes &&
                    new NodeReader(token, "token").OptionalUnixSeconds("t") is { } issuedAt)
                {
                    store.PrivacyTokens.Save(people.PeerOf(person), bytes.ToArray(), issuedAt);
                    PermissionRules.Welcomed(store, people.PeerOf(person), issuedAt);
                }
            }
        },
        cancellationToken);

    private static void ForgetDevice(SessionTransaction store, OwnAccount own, DeviceId device)
    {
        SenderKeyRecall.From(store, own, device);
        store.Sessions.Delete(device);
    }

    private async Task RunAsync(
        string commit, Node notification, Action<SessionTransaction, OwnAccount, People, Jid> change, CancellationToken cancellationToken)
    {
        var from = new NodeReader(notification, "notification").RequiredJid("from");
        if (!from.IsPerson)
        {
            return;
        }

        var news = await database.RunAsync(
            commit,
            store =>
            {
                var own = OwnAccount.Of(store);
                var people = new People(store, own, time);
                change(store, own, people, from);
                return true; // an event or not: looking costs little
            },
            cancellationToken).ConfigureAwait(false);
        if (news)
        {
            events.Wake();
        }
    }
}
