using Sandbox.Service;
using Sandbox.Service.Links;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Phones;

/// <summary>The phone as the service sees it: device 0, attached without a socket but through the same desks.</summary>
internal sealed class PhoneDevice : IDeviceLink
{
    private const int KeyStock = 100, KeyMinimum = 20;
    private readonly PhoneReceiver _receiver;
    private readonly HashSet<long> _offered = [];

    public PhoneDevice(PhoneContext context)
    {
        Context = context;
        Sender = new PhoneSender(context);
        History = new PhoneHistory(context, Sender);
        Issuer = new AdvIssuer(context.Keys.IdentityPair, context.Random);
        _receiver = new PhoneReceiver(context, new PhoneRetries(context), new PhoneResends(context, Sender));
    }

    public PhoneContext Context { get; }

    public PhoneSender Sender { get; }

    public PhoneHistory History { get; }

    public AdvIssuer Issuer { get; }

    private ServiceCore Core => Context.Core;

    public void GoOnline()
    {
        Core.Attach(Context.Key, this);
        StockUp();
        foreach (var item in Core.QueueOf(Context.Key).After(0).ToArray())
        {
            Offer(item);
        }
    }

    public void GoOffline()
    {
        Core.Detach(Context.Key, this);
        _offered.Clear();
    }

    /// <summary>Each stanza is a turn of its own.</summary>
    public void Offer(QueuedStanza item)
    {
        if (_offered.Add(item.Position))
        {
            Core.Loop.Post(() =>
            {
                if (_offered.Remove(item.Position))
                {
                    Handle(item.Node);
                    StockUp();
                }
            });
        }
    }

    public void Send(Node stanza)
    {
        if (stanza.Tag == "ack" && stanza["error"] is { } error)
        {
            Core.Timeline.Add(WorldEventKinds.MessageRefused, Context.Account.Id, $"the phone was told error {error}");
        }
    }

    public void Close(Node? lastWord)
    {
        // A phone has no connection to lose.
    }

    private void Handle(Node stanza)
    {
        if (stanza.Tag == "message")
        {
            _receiver.Receive(stanza);
            return;
        }

        if (stanza.Tag == "receipt" && stanza["type"] == "retry")
        {
            var from = stanza.JidOf("from")!.Value;
            Sender.Resend(from, stanza.JidOf("participant") ?? from, stanza);
        }

        Core.Receive(Context.Key, new Node("ack", new()
        {
            ["class"] = stanza.Tag,
            ["to"] = stanza.Attributes["from"],
            ["id"] = stanza["id"],
            ["participant"] = stanza.Attributes["participant"],
            ["type"] = stanza["type"],
        }));
    }

    private void StockUp()
    {
        var device = Core.Accounts.DeviceOf(Context.Key)!;
        if (device.PreKeys.Count < KeyMinimum)
        {
            while (device.PreKeys.Count < KeyStock)
            {
                var (id, key) = Context.Store.NewPreKey(Context.Random);
                Core.Accounts.PreKeys.Add(Context.Key, device, id, key);
            }
        }
    }
}
