using System.Globalization;
using Sandbox.Service.Groups;
using Sandbox.Service.Links;
using Sandbox.Service.Requests;
using Sandbox.Service.Stanzas;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service;

/// <summary>The service's memory and its desks. Everything here is used within turns of the loop only.</summary>
internal sealed class ServiceCore
{
    private readonly Dictionary<DeviceKey, DeviceQueue> _queues = [];
    private readonly Dictionary<DeviceKey, IDeviceLink> _links = [];
    private readonly MessageDesk _messages;
    private readonly ReceiptDesk _receipts;
    private readonly RequestDesk _requests;
    private long _ids;

    public ServiceCore(SimulatedWorldOptions options, WorldStore store, Timeline timeline, WorldLoop loop)
    {
        (Options, Store, Timeline, Loop) = (options, store, timeline, loop);
        Accounts = new AccountBook(store);
        Groups = new GroupBook(store);
        Notices = new NoticeDesk(this);
        Removals = new DeviceRemoval(this);
        Restrictions = new Restrictions(this);
        Media = new MediaShelf(store, options.Random);
        _messages = new MessageDesk(this);
        _receipts = new ReceiptDesk(this);
        _requests = new RequestDesk(this);
    }

    public SimulatedWorldOptions Options { get; }

    public WorldStore Store { get; }

    public Timeline Timeline { get; }

    public WorldLoop Loop { get; }

    public AccountBook Accounts { get; }

    public GroupBook Groups { get; }

    public NoticeDesk Notices { get; }

    public DeviceRemoval Removals { get; }

    public Restrictions Restrictions { get; }

    public MediaShelf Media { get; }

    public ArmedFaults Faults { get; } = new();

    /// <summary>The version of the web client that this service hands out.</summary>
    public uint ClientRevision { get; private set; } = WhatsApp.Login.ClientVersion.Default.Revision;

    /// <summary>Clients below it are refused with 405; others of their own version are welcome until then.</summary>
    public uint OldestRevision { get; private set; }

    /// <summary>Every client of today is too old from now on.</summary>
    public void Outdate() => OldestRevision = ++ClientRevision;

    public HeldMessages Held { get; } = new();

    public DriftCounter Drift { get; } = new();

    public IReadOnlyDictionary<DeviceKey, IDeviceLink> Links => _links;

    public long Now => Options.Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Called when a companion says it is active for the first time: its phone has things to send.</summary>
    public Action<DeviceKey>? FirstActive { get; set; }

    public string NewId() => string.Create(CultureInfo.InvariantCulture, $"{Options.Time.GetUtcNow().ToUnixTimeMilliseconds()}-{++_ids}");

    public DeviceQueue QueueOf(DeviceKey device)
    {
        if (!_queues.TryGetValue(device, out var queue))
        {
            _queues[device] = queue = new DeviceQueue(Store, device);
        }

        return queue;
    }

    public void Attach(DeviceKey device, IDeviceLink link) => _links[device] = link;

    /// <summary>Takes the link out if it is still the device's.</summary>
    public void Detach(DeviceKey device, IDeviceLink link)
    {
        if (_links.GetValueOrDefault(device) == link)
        {
            _links.Remove(device);
        }
    }

    /// <summary>Gives a stanza to a device, now or at its next login; it is kept until the device answers.</summary>
    public void Deliver(DeviceKey device, Node stanza)
    {
        if (stanza.Tag == "notification" && device.Device != 0 && Faults.Take<ServiceFault.LoseNotice>(device.Account, device.Device) is not null)
        {
            Timeline.Add(WorldEventKinds.Fault, device.Account, "notification lost");
            return;
        }

        var times = stanza.Tag == "message" && Faults.Take<ServiceFault.Duplicate>(device.Account, device.Device) is not null ? 2 : 1;
        if (stanza.Tag == "message" && Faults.Take<ServiceFault.Corrupt>(device.Account, device.Device) is not null)
        {
            stanza = Corruption.Of(stanza);
        }

        for (var i = 0; i < times; i++)
        {
            var item = QueueOf(device).Append(stanza);
            if (stanza.Tag != "message" || !Held.TryKeep(device, item))
            {
                _links.GetValueOrDefault(device)?.Offer(item);
            }
        }
    }

    /// <summary>Messages held back go on their way, in the order they came.</summary>
    public void ReleaseMessages()
    {
        foreach (var (device, item) in Held.Release())
        {
            _links.GetValueOrDefault(device)?.Offer(item);
        }
    }

    /// <summary>Gives a stanza to a device only if it is there.</summary>
    public void DeliverIfThere(DeviceKey device, Node stanza) => _links.GetValueOrDefault(device)?.Send(stanza);

    /// <summary>A request of a device and its answer.</summary>
    public Node Ask(DeviceKey from, Node request) => _requests.Answer(from, request);

    /// <summary>A stanza of a device. Answers go to its link.</summary>
    public void Receive(DeviceKey from, Node stanza)
    {
        switch (stanza.Tag)
        {
            case "message":
                Options.MessageTap?.Invoke(from, stanza);
                _messages.Handle(from, stanza);
                break;
            case "receipt":
                _receipts.Handle(from, stanza);
                break;
            case "ack":
                _receipts.HandleAck(from, stanza);
                break;
            case "iq" when stanza["type"] is "get" or "set":
                DeliverIfThere(from, _requests.Answer(from, stanza));
                break;
            case "chatstate":
                _receipts.HandleChatState(from, stanza);
                break;
            case "iq" or "presence" or "ib":
                break; // answers to our own requests, and what nobody here waits for
            case "call" or "notification":
                DeliverIfThere(from, new Node("ack", new() { ["class"] = stanza.Tag, ["id"] = stanza["id"], ["from"] = Jid.Service }));
                break;
            default:
                Drift.Count($"<{stanza.Tag}>", Timeline);
                break;
        }
    }
}
