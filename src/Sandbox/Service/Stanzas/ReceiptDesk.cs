using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Stanzas;

/// <summary>Receipts and acks: they end the waiting of a stanza, and receipts go on to who wrote the message.</summary>
internal sealed class ReceiptDesk(ServiceCore core)
{
    public void Handle(DeviceKey from, Node receipt)
    {
        var to = receipt.JidOf("to");
        var participant = receipt.JidOf("participant");
        var type = receipt["type"];
        if (type is null or "inactive" or "sender" or "peer_msg" or "hist_sync")
        {
            foreach (var id in Ids(receipt))
            {
                core.QueueOf(from).Settle("message", id, to, participant);
            }
        }

        core.Timeline.Add(type == "retry" ? WorldEventKinds.Retry : WorldEventKinds.Receipt, from.Account, $"device {from.Device}, {type ?? "delivered"}");
        core.DeliverIfThere(from, new Node("ack", new()
        {
            ["class"] = "receipt",
            ["id"] = receipt["id"],
            ["from"] = receipt.Attributes["to"],
            ["participant"] = receipt.Attributes["participant"],
            ["type"] = type,
            ["t"] = core.Now,
        }));
        if (to is { } target)
        {
            Route(from, receipt, type, target, participant);
        }
    }

    public void HandleAck(DeviceKey from, Node ack)
    {
        if (ack["class"] is { } tag && ack["id"] is { } id)
        {
            core.QueueOf(from).Settle(tag, id, ack.JidOf("to"), ack.JidOf("participant"));
            if (ack["error"] is { } error)
            {
                core.Timeline.Add(WorldEventKinds.Receipt, from.Account, $"device {from.Device}, {tag} acked with error {error}");
            }
        }
    }

    /// <summary>Typing marks go to who is there and are not kept.</summary>
    public void HandleChatState(DeviceKey from, Node state)
    {
        if (state.JidOf("to") is { } to && to.IsPerson && core.Accounts.Find(to) is { } peer)
        {
            var sender = core.Accounts[from.Account];
            foreach (var device in peer.DeviceKeys.Where(device => device.Device != 0))
            {
                core.DeliverIfThere(device, new Node("chatstate", new() { ["from"] = sender.Address(to.IsLid) }, state.Children));
            }
        }
    }

    private void Route(DeviceKey from, Node receipt, string? type, Jid to, Jid? participant)
    {
        var writer = to.IsGroup ? participant : to;
        if (writer is not { } address || !address.IsPerson || core.Accounts.Find(address) is not { } account)
        {
            return;
        }

        IEnumerable<DeviceKey> devices = type switch
        {
            "retry" => [new DeviceKey(account.Id, address.Device)],
            "peer_msg" or "hist_sync" => [new DeviceKey(account.Id, 0)],
            "sender" or "server-error" => [],
            _ => account.DeviceKeys,
        };
        var reader = core.Accounts[from.Account].Address(address.IsLid, from.Device);
        var routed = new Node(
            "receipt",
            new()
            {
                ["id"] = receipt["id"],
                ["from"] = to.IsGroup ? to : reader,
                ["participant"] = to.IsGroup ? reader : default(Jid?),
                ["recipient"] = receipt.Attributes["recipient"],
                ["category"] = receipt["category"],
                ["type"] = type,
                ["t"] = core.Now,
            },
            receipt.Children);
        foreach (var device in devices.Where(device => device != from && core.Accounts.DeviceOf(device) is not null))
        {
            core.Deliver(device, routed);
        }
    }

    private static IEnumerable<string> Ids(Node receipt) =>
        new[] { receipt["id"] }.Concat((receipt.Child("list")?.ChildrenOf("item") ?? []).Select(item => item["id"])).OfType<string>();
}
