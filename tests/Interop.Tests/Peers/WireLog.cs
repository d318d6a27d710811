using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Signal.Wire;

namespace Interop.Tests.Peers;

/// <summary>Every message as its writer gave it to the service: what the ciphertexts were, not only that they were read.</summary>
internal sealed class WireLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<WireMessage> _messages = [];
    private TaskCompletionSource _more = New();

    public void Add(DeviceKey from, Node stanza)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _messages.Add(new WireMessage(from, stanza));
            (more, _more) = (_more, New());
        }

        more.SetResult();
    }

    /// <summary>Returns when the service has the message.</summary>
    public async Task UntilSeenAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_messages.Any(message => message.Stanza["id"] == id))
                {
                    return;
                }

                more = _more.Task;
            }

            await more.WaitAsync(Patience, cancellationToken);
        }
    }

    /// <summary>The message of this id as it was sent to everybody; the last one, if the service wanted it in another form. Resends to one device are left out.</summary>
    public WireMessage Of(string id)
    {
        lock (_gate)
        {
            return _messages.Last(message => message.Stanza["id"] == id && message.Stanza.JidOf("participant") is null && message.Stanza["device_fanout"] != "false");
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One message on the wire.</summary>
internal sealed record WireMessage(DeviceKey From, Node Stanza)
{
    /// <summary>Addressed by LID, not by number.</summary>
    public bool ByLid => Stanza["addressing_mode"] == "lid" || Stanza.JidOf("to") is { IsLid: true };

    /// <summary>How it was encrypted for this one device: <c>pkmsg</c>, <c>msg</c>, or null when it holds nothing for it.</summary>
    public string? TypeFor(Companion device) =>
        Stanza.Child("participants")?.ChildrenOf("to").FirstOrDefault(item => item.JidOf("jid") is { } jid && device.Is(jid))?.Child("enc")?["type"];

    /// <summary>The ciphertext for the whole group.</summary>
    public byte[] SenderKeyMessage => Stanza.ChildrenOf("enc").Single(enc => enc["type"] == "skmsg").Bytes!.Value.ToArray();

    public uint Iteration => WhatsApp.Signal.Wire.SenderKeyMessage.Parse(SenderKeyMessage).Iteration;

    public uint KeyId => WhatsApp.Signal.Wire.SenderKeyMessage.Parse(SenderKeyMessage).KeyId;
}

/// <summary>A linked device of an account, by both of its names.</summary>
internal sealed record Companion(Jid Phone, Jid Lid)
{
    public ushort Device => Phone.Device;

    public bool Is(Jid device) => device == Phone || device == Lid;

    public Jid Address(bool lid) => lid ? Lid : Phone;
}
