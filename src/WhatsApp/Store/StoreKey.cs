using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>
/// A key made of a kind and parts between bars. One that names a person says so, by canonical name only, and follows
/// that person when the LID is learned. Personal: not for logs.
/// </summary>
internal readonly record struct StoreKey
{
    private StoreKey(string text, PeerId? person) => (Text, Person) = (text, person);

    public string Text { get; }

    public PeerId? Person { get; }

    /// <summary>Names nobody.</summary>
    public static StoreKey Of(string kind, string rest) => new($"{kind}|{rest}", null);

    public static StoreKey Of(string kind, PeerId person, string rest) => new($"{kind}|{person}|{rest}", person);

    public static StoreKey Of(string kind, DeviceId device, string rest) => new($"{kind}|{device.PersonKey}|{device.Number}|{rest}", device.Peer);

    /// <summary>A message in a chat: a group, or the person it is exchanged with.</summary>
    public static StoreKey OfMessage(Jid group, PeerId sender, string id) => new($"message|{group}|{sender}|{id}", sender);

    public static StoreKey OfMessage(PeerId chat, PeerId sender, string id) => new($"message|{chat}|{sender}|{id}", chat);

    /// <summary>The same for another purpose.</summary>
    public StoreKey For(string kind) => new($"{kind}|{Text}", Person);

    public override string ToString() => Text;
}
