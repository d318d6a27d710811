using System.Globalization;
using Google.Protobuf;
using Sandbox.Service;
using Sandbox.Service.Groups;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Peers;
using WhatsApp.Proto;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>Encrypts messages for all devices concerned, and once more for a device that asks again.</summary>
internal sealed class PhoneSender(PhoneContext phone)
{
    private const string SentKind = "phone-sent", SharesKind = "phone-shares";
    private const int MostRetries = 5;

    private ServiceCore Core => phone.Core;

    public void Send(Jid chat, string id, Message message, string? edit = null)
    {
        Core.Store.PutJson(SentKind, $"{phone.Account.Id}/{id}", new Sent(chat.ToString(), message.ToByteArray()));
        if (Core.Groups.Find(chat) is { } group)
        {
            SendToGroup(group, id, message, edit);
        }
        else
        {
            SendToPerson(Core.Accounts.Find(chat) ?? throw new ArgumentException("Nobody has this address.", nameof(chat)), id, message, edit);
        }
    }

    /// <summary>A message to one of the own companions, of the kind that is never shown.</summary>
    public void SendToCompanion(ushort device, Message message)
    {
        var to = phone.Account.Address(false, device);
        if (Encrypt(to, message) is { } enc)
        {
            Core.Receive(phone.Key, new Node("message", new() { ["to"] = to, ["id"] = phone.NewMessageId(), ["type"] = "text", ["category"] = "peer", ["push_priority"] = "high" },
                new Node("meta", new() { ["appdata"] = "default" }), enc));
        }
    }

    /// <summary>A device could not read one of our messages.</summary>
    public void Resend(Jid chat, Jid asker, Node receipt)
    {
        var retry = receipt.Child("retry");
        var count = int.TryParse(retry?["count"], CultureInfo.InvariantCulture, out var number) ? number : 1;
        var id = receipt["id"] ?? "";
        if (count > MostRetries || Core.Store.GetJson<Sent>(SentKind, $"{phone.Account.Id}/{id}") is not { } sent)
        {
            return;
        }

        if (!phone.Bundles.Take(asker, receipt) && (count >= 2 || !phone.Sessions.HasSession(phone.AddressOf(asker))))
        {
            phone.Bundles.Fetch(asker);
        }

        var message = Message.Parser.ParseFrom(sent.Message);
        var group = Core.Groups.Find(chat);
        if (group is not null)
        {
            var own = Own;
            message.SenderKeyDistributionMessage = Distribution(group, own);
        }
        else if (Core.Accounts.Find(asker)?.Id == phone.Account.Id)
        {
            message = ForOwnDevices(Jid.Parse(sent.Chat), message);
        }

        if (Encrypt(asker, message, count) is { } enc)
        {
            Core.Receive(phone.Key, new Node("message", new()
            {
                ["to"] = group?.Jid ?? Jid.Parse(sent.Chat),
                ["id"] = id,
                ["type"] = "text",
                ["participant"] = asker,
                ["device_fanout"] = "false",
                ["addressing_mode"] = group?.Mode,
            }, enc));
        }
    }

    private void SendToPerson(Account peer, string id, Message message, string? edit)
    {
        var lid = peer.LidMigrated;
        var chat = peer.Address(lid);
        var own = ForOwnDevices(chat, message);
        var targets = Devices([peer], lid, message).Concat(peer.Id == phone.Account.Id ? [] : Devices([phone.Account], lid, own));
        Core.Receive(phone.Key, new Node("message", new() { ["to"] = chat, ["id"] = id, ["type"] = "text", ["edit"] = edit }, new Node("participants", null, [.. targets])));
    }

    private void SendToGroup(Group group, string id, Message message, string? edit)
    {
        var lid = group.Addressing == GroupAddressing.Lid;
        var own = Own;
        var members = group.Members.Select(member => Core.Accounts[member.Account]).ToArray();
        var devices = members.SelectMany(account => account.Devices.Select(device => account.Address(true, device.Id).ToString())).ToHashSet();
        var key = $"{phone.Account.Id}/{group.User}";
        var shares = Core.Store.GetJson<HashSet<string>>(SharesKind, key) ?? [];
        if (!shares.IsSubsetOf(devices))
        {
            // Who has gone must not read on.
            phone.Groups.Rotate(group.Jid, own);
            shares.Clear();
        }

        var distribution = new Message { SenderKeyDistributionMessage = Distribution(group, own) };
        var targets = Devices(members, lid, distribution, shares).ToArray();
        Core.Store.PutJson(SharesKind, key, devices);
        var padded = MessagePadding.Pad(message.ToByteArray(), phone.Random);
        var shared = new Node("enc", new() { ["v"] = "2", ["type"] = "skmsg" }, phone.Groups.Encrypt(group.Jid, own, padded));
        Node[] children = targets.Length > 0 ? [new Node("participants", null, targets), shared] : [shared];
        Core.Receive(phone.Key, new Node("message", new()
        {
            ["to"] = group.Jid,
            ["id"] = id,
            ["type"] = "text",
            ["phash"] = DeviceListHash.Compute(members.SelectMany(account => account.Devices.Select(device => account.Address(lid, device.Id)))),
            ["addressing_mode"] = group.Mode,
            ["edit"] = edit,
        }, children));
    }

    private DeviceId Own => phone.AddressOf(phone.Account.Phone);

    private SenderKeyDistributionMessage Distribution(Group group, DeviceId own) => new()
    {
        GroupId = group.Jid.ToString(),
        AxolotlSenderKeyDistributionMessage = ByteString.CopyFrom(phone.Groups.DistributionFor(group.Jid, own)),
    };

    private static Message ForOwnDevices(Jid chat, Message message) =>
        new() { DeviceSentMessage = new DeviceSentMessage { DestinationJid = chat.ToString(), Message = message } };

    private IEnumerable<Node> Devices(IEnumerable<Account> accounts, bool lid, Message message, HashSet<string>? have = null)
    {
        foreach (var account in accounts)
        {
            foreach (var device in account.Devices.Where(device => new DeviceKey(account.Id, device.Id) != phone.Key))
            {
                var address = account.Address(lid, device.Id);
                if (have?.Contains(account.Address(true, device.Id).ToString()) != true && Encrypt(address, message) is { } enc)
                {
                    yield return new Node("to", new() { ["jid"] = address }, enc);
                }
            }
        }
    }

    private Node? Encrypt(Jid device, Message message, int? count = null)
    {
        var address = phone.AddressOf(device);
        if (!phone.Sessions.HasSession(address) && !phone.Bundles.Fetch(device))
        {
            return null;
        }

        var cipher = phone.Sessions.Encrypt(address, MessagePadding.Pad(message.ToByteArray(), phone.Random));
        return new Node("enc", new() { ["v"] = "2", ["type"] = cipher.Type.WireName(), ["count"] = count?.ToString(CultureInfo.InvariantCulture) }, cipher.Bytes);
    }

    private sealed record Sent(string Chat, byte[] Message);
}
