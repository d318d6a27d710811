using WhatsApp.Binary;
using WhatsApp.Devices;

namespace Simulation.Tests.World;

/// <summary>What the service holds of the client's keys. A one-time key is handed out once; an id names one key for ever.</summary>
internal sealed class BotKeys
{
    private readonly Dictionary<string, string> _known = [];
    private readonly Queue<Node> _oneTime = new();
    private Node? _registration;
    private Node? _identity;
    private Node? _signed;

    public int Count => _oneTime.Count;

    /// <summary><c>registration, type, identity, list, skey</c> of an upload.</summary>
    public void Upload(Node iq)
    {
        _registration = iq.Child("registration");
        _identity = iq.Child("identity");
        _signed = iq.Child("skey");
        foreach (var key in iq.Child("list")?.ChildrenOf("key") ?? [])
        {
            if (Note(key))
            {
                _oneTime.Enqueue(key); // an upload whose answer was lost comes again with the same keys
            }
        }
    }

    public void Rotate(Node signed) => _signed = signed;

    /// <summary>True the first time; a second key under the same id breaks a promise.</summary>
    public bool Note(Node key)
    {
        var id = Convert.ToHexString(key.Child("id")!.Bytes!.Value.Span);
        var value = Convert.ToHexString(key.Child("value")!.Bytes!.Value.Span);
        if (_known.TryAdd(id, value))
        {
            return true;
        }

        return _known[id] == value ? false : throw new Violation(Promises.PreKeysOnce, $"id {id} names two keys");
    }

    /// <summary>A bundle with the next one-time key, or without one when they have run out.</summary>
    public WhatsApp.Signal.PreKeyBundle Take()
    {
        Node[] oneTime = _oneTime.TryDequeue(out var key) ? [key] : [];
        return BundleQuery.ReadBundle(new Node("user", null, [_identity!, .. oneTime, _signed!]), _registration) ?? throw new InvalidOperationException("The client uploaded damaged keys.");
    }
}
