using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Signal;

namespace Sandbox.Service.Groups;

/// <summary>Tells devices of changes: group members, companions of others, own companions.</summary>
internal sealed class NoticeDesk(ServiceCore core)
{
    /// <summary>One change of a group to every device of these accounts, each in its own view.</summary>
    /// <param name="group">The group after the change.</param>
    /// <param name="actor">Who did it; null when the service did.</param>
    /// <param name="readers">Members, and those who just were.</param>
    /// <param name="change">Writes the child for one reader.</param>
    public void GroupChange(Group group, Account? actor, IEnumerable<Account> readers, Func<Account, Node> change)
    {
        var lid = group.Addressing == GroupAddressing.Lid;
        var id = core.NewId();
        foreach (var reader in readers.DistinctBy(reader => reader.Id))
        {
            var notice = new Node("notification", new()
            {
                ["type"] = "w:gp2",
                ["from"] = group.Jid,
                ["id"] = id,
                ["t"] = core.Now,
                ["participant"] = actor?.Address(lid),
                ["participant_pn"] = lid && actor is { PhoneHidden: false } ? actor.Phone : default(Jid?),
                ["notify"] = actor?.Name,
                ["addressing_mode"] = group.Mode,
            }, change(reader));
            foreach (var device in reader.Devices)
            {
                var key = new DeviceKey(reader.Id, device.Id);
                if (device.Id != 0 && !device.GroupsDirty && !core.Links.ContainsKey(key))
                {
                    device.GroupsDirty = true;
                    core.Accounts.Save(reader);
                }

                core.Deliver(key, notice);
            }
        }
    }

    /// <summary>A companion came or went: its account's other devices and everyone who talks with the account hear of it.</summary>
    public void DevicesChanged(Account account, string change, ushort deviceId, int keyIndex)
    {
        var hash = DeviceListHash.Compute(account.Devices.Select(device => account.Address(true, device.Id)));
        var keyIndexList = new Node("key-index-list", new() { ["ts"] = account.KeyIndexListAt }, account.KeyIndexList ?? []);
        var device = new Node("device", new()
        {
            ["jid"] = account.Address(account.PhoneHidden, deviceId),
            ["lid"] = account.PhoneHidden ? default(Jid?) : account.Address(true, deviceId),
            ["key-index"] = keyIndex,
        });
        foreach (var reader in core.Accounts.All.Where(other => other.Id != account.Id && Knows(other, account)))
        {
            foreach (var key in reader.DeviceKeys.Where(key => key.Device != 0))
            {
                core.Deliver(key, new Node("notification", new()
                {
                    ["type"] = "devices",
                    ["from"] = account.Address(account.PhoneHidden),
                    ["lid"] = account.PhoneHidden ? default(Jid?) : account.Lid,
                    ["id"] = core.NewId(),
                    ["t"] = core.Now,
                }, new Node(change, new() { ["device_hash"] = hash }, device, keyIndexList)));
            }
        }

        foreach (var key in account.DeviceKeys.Where(key => key.Device != 0 && key.Device != deviceId))
        {
            core.Deliver(key, new Node("notification", new()
            {
                ["type"] = "account_sync",
                ["from"] = account.Phone,
                ["id"] = core.NewId(),
                ["t"] = core.Now,
            }, new Node("devices", new() { ["dhash"] = hash }, [.. account.Devices.Select(OwnDevice), keyIndexList])));
        }

        Node OwnDevice(Device item) => new("device", new()
        {
            ["jid"] = account.Address(false, item.Id),
            ["key-index"] = item.Id == 0 ? null : item.KeyIndex.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
    }

    /// <summary>An account was set up anew on its phone: everyone who talks with it hears that its old sessions are of no use.</summary>
    public void IdentityChanged(Account account)
    {
        foreach (var key in core.Accounts.All.Where(other => other.Id != account.Id && Knows(other, account)).SelectMany(reader => reader.DeviceKeys).Where(key => key.Device != 0))
        {
            core.Deliver(key, new Node("notification", new()
            {
                ["type"] = "encrypt",
                ["from"] = account.Address(account.PhoneHidden),
                ["id"] = core.NewId(),
                ["t"] = core.Now,
            }, new Node("identity")));
        }
    }

    /// <summary>Few one-time keys are left: the device is told once, until it uploads.</summary>
    public void KeysLow(DeviceKey owner, Device device)
    {
        if (owner.Device != 0 && !device.ToldLow && device.PreKeys.Count <= core.Options.LowPreKeys)
        {
            device.ToldLow = true;
            core.Accounts.Save(core.Accounts[owner.Account]);
            core.Deliver(owner, new Node("notification", new()
            {
                ["type"] = "encrypt",
                ["from"] = Jid.Service,
                ["id"] = core.NewId(),
                ["t"] = core.Now,
            }, new Node("count", new() { ["value"] = device.PreKeys.Count })));
        }
    }

    private bool Knows(Account reader, Account account) =>
        reader.WrittenBy.Contains(account.Id) || account.WrittenBy.Contains(reader.Id)
        || core.Groups.Of(account.Id).Any(group => group.MemberOf(reader.Id) is not null);
}
