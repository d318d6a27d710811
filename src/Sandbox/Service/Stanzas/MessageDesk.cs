using Sandbox.Service.Groups;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Signal;

namespace Sandbox.Service.Stanzas;

/// <summary>Takes a message from a device, checks it, hands it to the devices it is for and acks it.</summary>
internal sealed class MessageDesk(ServiceCore core)
{
    public void Handle(DeviceKey from, Node message)
    {
        var outcome = Accept(from, message);
        core.Timeline.Add(
            outcome.Error is null ? WorldEventKinds.MessageAccepted : WorldEventKinds.MessageRefused,
            from.Account,
            outcome.Error is { } code ? $"device {from.Device}, error {code}" : $"device {from.Device}");
        if (core.Faults.Take<ServiceFault.SwallowAck>(from.Account) is not null)
        {
            core.Timeline.Add(WorldEventKinds.Fault, from.Account, "ack swallowed");
            return;
        }

        core.DeliverIfThere(from, new Node("ack", new()
        {
            ["class"] = "message",
            ["id"] = message["id"],
            ["from"] = message.Attributes["to"],
            ["participant"] = message.Attributes["participant"],
            ["t"] = core.Now,
            ["phash"] = outcome.Phash,
            ["error"] = outcome.Error?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }));
    }

    private Outcome Accept(DeviceKey from, Node message)
    {
        if (from.Device != 0 && core.Faults.Take<ServiceFault.Nack>(from.Account) is { } nack)
        {
            return new(nack.Code);
        }

        if (message.JidOf("to") is not { } to || message["id"] is null)
        {
            return new(400);
        }

        if (to.IsGroup)
        {
            return core.Groups.Find(to) is { } group ? AcceptGroup(from, message, group) : new(404);
        }

        if (to.IsPerson)
        {
            return core.Accounts.Find(to) is { } peer ? AcceptDirect(from, message, to, peer) : new(404);
        }

        core.Drift.Count($"message to {to.Server}", core.Timeline);
        return default;
    }

    private Outcome AcceptDirect(DeviceKey from, Node message, Jid to, Account peer)
    {
        var sender = core.Accounts[from.Account];
        var own = peer.Id == sender.Id;
        var resend = message.JidOf("participant") is not null || to.Device != 0;
        if (!own && to.IsLid && !peer.LidMigrated)
        {
            return new(400);
        }

        if (!own && !resend && from.Device != 0 && core.Restrictions.Refusal(sender, peer, message) is { } refusal)
        {
            return new(refusal);
        }

        if (own && (message.Child("tctoken") ?? message.Child("cstoken")) is not null)
        {
            return new(479);
        }

        if (!own && peer.WrittenBy.Add(sender.Id))
        {
            core.Accounts.Save(peer);
        }

        var targets = Encrypted(message, message.JidOf("participant") ?? to);
        var unknown = 0;
        foreach (var (address, enc) in targets)
        {
            if (core.Accounts.FindDevice(address) is not { } device || (device.Account != peer.Id && device.Account != sender.Id) || device == from)
            {
                unknown++;
                continue;
            }

            core.Deliver(device, DirectCopy(from, sender, message, to, address.IsLid, device.Account, enc));
        }

        if (resend || own)
        {
            return default;
        }

        // The device lists of both sides must have been current, this device counted in.
        var expected = Addresses([peer, sender], to.IsLid).ToHashSet();
        var used = targets.Select(target => target.Address).Append(sender.Address(to.IsLid, from.Device)).ToHashSet();
        return unknown == 0 && expected.SetEquals(used) ? default : new(null, DeviceListHash.Compute(expected));
    }

    private Outcome AcceptGroup(DeviceKey from, Node message, Group group)
    {
        var sender = core.Accounts[from.Account];
        if (group.MemberOf(sender.Id) is not { } member || (group.AdminsOnly && !member.IsAdmin))
        {
            return new(403);
        }

        var only = message.JidOf("participant");
        if (message["addressing_mode"] is var mode && (mode is not null || only is null) && (mode ?? "pn") != group.Mode)
        {
            return new(421);
        }

        var lid = group.Addressing == GroupAddressing.Lid;
        var direct = new Dictionary<DeviceKey, Node>();
        var unknown = 0;
        foreach (var (address, enc) in Encrypted(message, only))
        {
            if (core.Accounts.FindDevice(address) is { } device && group.MemberOf(device.Account) is not null && device != from)
            {
                direct[device] = enc;
            }
            else
            {
                unknown++;
            }
        }

        var shared = only is null ? message.ChildrenOf("enc").ToArray() : [];
        foreach (var device in group.Members.SelectMany(item => core.Accounts[item.Account].DeviceKeys).Where(device => device != from))
        {
            Node[] encs = direct.TryGetValue(device, out var own) ? [own, .. shared] : only is null ? shared : [];
            if (encs.Length > 0)
            {
                core.Deliver(device, GroupCopy(from, sender, message, group, lid, encs));
            }
        }

        if (only is not null)
        {
            return default;
        }

        var all = Addresses(group.Members.Select(item => core.Accounts[item.Account]), lid).ToArray();
        var current = DeviceListHash.Compute(all);
        var fits = message["phash"] is not { } phash || phash == current
            || phash == DeviceListHash.Compute(all.Where(address => address != sender.Address(lid, from.Device)));
        return unknown == 0 && fits ? default : new(null, current);
    }

    private Node DirectCopy(DeviceKey from, Account sender, Node message, Jid to, bool lid, string target, Node enc)
    {
        var ownCopy = target == sender.Id && message["category"] != "peer";
        var chat = core.Accounts.Find(to)!;
        var shown = ownCopy && chat.Id != sender.Id;
        var peerMessage = message["category"] == "peer";

        // The own phone's peer messages come under its phone number, whatever the companion is addressed by.
        lid &= !peerMessage;
        return new Node("message", new()
        {
            ["id"] = message["id"],
            ["from"] = sender.Address(lid, from.Device),
            ["recipient"] = shown ? to.Bare : default(Jid?),
            ["type"] = message["type"] ?? "text",
            ["t"] = core.Now,
            ["notify"] = sender.Name,
            ["category"] = message["category"],
            ["edit"] = message["edit"],
            ["sender_pn"] = lid && (!sender.PhoneHidden || ownCopy) ? sender.Address(false, from.Device) : default(Jid?),
            ["sender_lid"] = lid ? default(Jid?) : sender.Address(true, from.Device),
            ["peer_recipient_pn"] = shown && to.IsLid && !chat.PhoneHidden ? chat.Phone : default(Jid?),
            ["peer_recipient_lid"] = shown && !to.IsLid ? chat.Lid : default(Jid?),
        }, [enc, .. Extras(message, [enc])]);
    }

    private Node GroupCopy(DeviceKey from, Account sender, Node message, Group group, bool lid, Node[] encs) => new("message", new()
    {
        ["id"] = message["id"],
        ["from"] = group.Jid,
        ["participant"] = sender.Address(lid, from.Device),
        ["participant_pn"] = lid && !sender.PhoneHidden ? sender.Address(false, from.Device) : default(Jid?),
        ["participant_lid"] = lid ? default(Jid?) : sender.Address(true, from.Device),
        ["addressing_mode"] = group.Mode,
        ["type"] = message["type"] ?? "text",
        ["t"] = core.Now,
        ["notify"] = sender.Name,
        ["edit"] = message["edit"],
    }, [.. encs, .. Extras(message, encs)]);

    /// <summary>What goes along with the ciphertexts: the sender's identity with a first message, and small marks.</summary>
    private static IEnumerable<Node> Extras(Node message, Node[] encs) => message.Children.Where(child => child.Tag switch
    {
        "device-identity" => encs.Any(enc => enc["type"] == "pkmsg"),
        "meta" or "reporting" => true,
        _ => false,
    });

    /// <summary>The ciphertexts for single devices: the list of participants, or the one of a message to one device.</summary>
    private static List<(Jid Address, Node Enc)> Encrypted(Node message, Jid? only)
    {
        List<(Jid, Node)> found = [];
        foreach (var item in message.Child("participants")?.ChildrenOf("to") ?? [])
        {
            if (item.JidOf("jid") is { } address && item.Child("enc") is { } enc)
            {
                found.Add((address, enc));
            }
        }

        if (found.Count == 0 && only is { } device && message.Child("enc") is { } single)
        {
            found.Add((device, single));
        }

        return found;
    }

    private static IEnumerable<Jid> Addresses(IEnumerable<Account> accounts, bool lid) =>
        accounts.Distinct().SelectMany(account => account.Devices.Select(device => account.Address(lid, device.Id)));

    private readonly record struct Outcome(int? Error, string? Phash = null);
}
