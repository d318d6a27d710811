using System.Globalization;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.State;

/// <summary>One stanza that waits for its receipt or ack.</summary>
internal sealed record QueuedStanza(long Position, Node Node);

/// <summary>What a device has not answered yet, in order. It comes again at every login until it is answered.</summary>
internal sealed class DeviceQueue
{
    private const string Kind = "queue";
    private readonly WorldStore _store;
    private readonly DeviceKey _owner;
    private readonly SortedDictionary<long, QueuedStanza> _waiting = [];
    private long _last;

    public DeviceQueue(WorldStore store, DeviceKey owner)
    {
        (_store, _owner) = (store, owner);
        foreach (var (key, value) in store.All(Kind, $"{owner}/"))
        {
            _last = long.Parse(key[(key.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
            _waiting[_last] = new(_last, NodeDecoder.Decode(value));
        }
    }

    public int Count => _waiting.Count;

    public IEnumerable<QueuedStanza> After(long position) => _waiting.Where(item => item.Key > position).Select(item => item.Value);

    public QueuedStanza Append(Node stanza)
    {
        var item = new QueuedStanza(++_last, stanza);
        _waiting[_last] = item;
        _store.Put(Kind, Key(_last), NodeEncoder.Encode(stanza));
        return item;
    }

    /// <summary>Takes out the oldest stanza an answer fits: same tag and id, from the same chat, and of the same participant if one is named. Clients differ in whether they repeat the device.</summary>
    public bool Settle(string tag, string id, Jid? chat, Jid? participant)
    {
        foreach (var (position, item) in _waiting)
        {
            var node = item.Node;
            if (node.Tag == tag && node["id"] == id
                && (chat is null || node.JidOf("from")?.Bare == chat.Value.Bare)
                && (participant is null || node.JidOf("participant") is not { } sender || sender.Bare == participant.Value.Bare))
            {
                _waiting.Remove(position);
                _store.Delete(Kind, Key(position));
                return true;
            }
        }

        return false;
    }

    public void Clear()
    {
        _waiting.Clear();
        _store.DeleteAll(Kind, $"{_owner}/");
    }

    private string Key(long position) => string.Create(CultureInfo.InvariantCulture, $"{_owner}/{position:D12}");
}
