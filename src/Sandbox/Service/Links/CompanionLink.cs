using System.Globalization;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Links;

/// <summary>The connection of a companion that has logged in.</summary>
internal sealed class CompanionLink(ServiceCore core, StanzaPump pump, DeviceKey key) : ClientLink(core, pump), IDeviceLink
{
    private const int FirstPart = 5;
    private const int PatientPart = 200;
    private bool _active, _drained;
    private long _lastSent, _end;
    private int _total, _sent;
    private int? _dropAfter;
    private ITimer? _patience;

    public override string Account => key.Account;

    public override void Begin()
    {
        // One connection a device: the older one has to go.
        (Core.Links.GetValueOrDefault(key) as CompanionLink)?.Close(LastWords.StreamError("409", "replaced"));
        Core.Attach(key, this);
        Core.Timeline.Add(WorldEventKinds.LoggedIn, key.Account, $"device {key.Device}");
        var account = Core.Accounts[key.Account];
        Send(new Node("success", new()
        {
            ["t"] = Core.Now,
            ["lid"] = account.Address(true, key.Device),
            ["display_name"] = account.Name,
            ["props"] = "27",
            ["abprops"] = "0",
            ["location"] = "sandbox",
            ["creation"] = Core.Now,
        }));
        Send(Ib(new Node("edge_routing", null, new Node("routing_info", null, new byte[] { 8, 2, 8, 5 }))));
    }

    public override void Receive(Node stanza)
    {
        if (stanza.Tag == "ib" && stanza.Child("offline_batch") is { } batch)
        {
            Drain(int.TryParse(batch["count"], CultureInfo.InvariantCulture, out var count) ? count : FirstPart);
        }
        else
        {
            Core.Receive(key, stanza);
        }
    }

    public override void Gone()
    {
        base.Gone();
        _patience?.Dispose();
        Core.Detach(key, this);
        Core.Timeline.Add(WorldEventKinds.Disconnected, key.Account, $"device {key.Device}");
    }

    /// <summary>The companion wants its stanzas: first what has waited, marked as such, then the rest as it comes.</summary>
    public void GoActive()
    {
        if (_active)
        {
            return;
        }

        _active = true;
        var waiting = Core.QueueOf(key).After(0).ToArray();
        (_total, _end) = (waiting.Length, waiting.LastOrDefault()?.Position ?? 0);
        _dropAfter = _total > 0 ? Core.Faults.Take<ServiceFault.DropInOfflineQueue>(key.Account)?.After : null;
        var device = Core.Accounts.DeviceOf(key)!;
        if (device.GroupsDirty)
        {
            Send(Ib(new Node("dirty", new() { ["type"] = "groups", ["timestamp"] = Core.Now })));
        }

        if (_total > 0)
        {
            Send(Ib(new Node("offline_preview", new()
            {
                ["count"] = _total,
                ["message"] = Count("message"),
                ["notification"] = Count("notification"),
                ["receipt"] = Count("receipt"),
                ["appdata"] = 0,
            })));
        }

        Core.Timeline.Add(WorldEventKinds.Active, key.Account, $"device {key.Device}, {_total} waiting");
        Drain(FirstPart);
        if (!device.WasActive)
        {
            device.WasActive = true;
            Core.Accounts.Save(Core.Accounts[key.Account]);
            Core.FirstActive?.Invoke(key);
        }

        int Count(string tag) => waiting.Count(item => item.Node.Tag == tag);
    }

    public void Offer(QueuedStanza item)
    {
        if (_drained)
        {
            _lastSent = item.Position;
            Send(item.Node);
        }
    }

    private void Drain(int allowance)
    {
        if (!_active || _drained)
        {
            return;
        }

        var queue = Core.QueueOf(key);
        foreach (var item in queue.After(_lastSent).TakeWhile(item => item.Position <= _end).Take(allowance).ToArray())
        {
            _lastSent = item.Position;
            Send(Offline(item.Node, _sent++));
            if (_sent == _dropAfter)
            {
                Core.Timeline.Add(WorldEventKinds.Fault, key.Account, "connection dropped within the offline queue");
                Close(null);
                return;
            }
        }

        if (queue.After(_lastSent).Any(item => item.Position <= _end))
        {
            // Some clients never ask; they get the rest too, only later.
            _patience?.Dispose();
            _patience = Core.Options.Time.CreateTimer(_ => Core.Loop.Post(() => Drain(PatientPart)), null, Core.Options.OfflineBatchPatience, Timeout.InfiniteTimeSpan);
            return;
        }

        _drained = true;
        Send(Ib(new Node("offline", new() { ["count"] = _total })));
        foreach (var item in queue.After(_lastSent).ToArray())
        {
            Offer(item);
        }
    }

    private static Node Offline(Node stanza, int number)
    {
        var attributes = new NodeAttributes();
        foreach (var (name, value) in stanza.Attributes)
        {
            attributes[name] = value;
        }

        attributes["offline"] = number;
        return new Node(stanza.Tag, attributes, stanza.Children);
    }

    private static Node Ib(Node child) => new("ib", new() { ["from"] = Jid.Service }, child);
}
