using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace WhatsApp.Tests.Messages.World;

/// <summary>Any number of people with a phone each, who only have to be written to. All show the same keys: what that costs is the writer's part.</summary>
internal sealed class TestCrowd
{
    private const string Numbers = "628001", Lids = "98001";
    private readonly Node[] _keys;

    public TestCrowd(IRandomSource random)
    {
        var (identity, signed, oneTime) = (KeyPair.Generate(random), KeyPair.Generate(random), KeyPair.Generate(random));
        _keys =
        [
            new Node("registration", null, new byte[] { 0, 0, 0, 7 }),
            new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, identity.Public),
            new Node("key", null, new Node("id", null, new byte[] { 0, 0, 1 }), new Node("value", null, oneTime.Public)),
            new Node(
                "skey",
                null,
                new Node("id", null, new byte[] { 0, 0, 1 }),
                new Node("value", null, signed.Public),
                new Node("signature", null, XEdDsa.Sign(identity.Private, SignalPublicKey.ToWire(signed.Public), random))),
        ];
    }

    /// <summary>So many of them, under both names.</summary>
    public static IEnumerable<(Jid Phone, Jid Lid)> People(int count) => Enumerable.Range(100_000, count).Select(number =>
        (new Jid($"{Numbers}{number}", JidServers.Phone), new Jid($"{Lids}{number}", JidServers.Lid)));

    public static Node? DevicesOf(Jid user) => Is(user) ? new Node(
        "user",
        new() { ["jid"] = user, ["pn_jid"] = PhoneOf(user) },
        new Node("devices", null, new Node("device-list", null, new Node("device", new() { ["id"] = 0 })))) : null;

    public Node? BundleOf(Jid device) => Is(device) ? new Node("user", new() { ["jid"] = device }, _keys) : null;

    private static bool Is(Jid jid) => jid.User.StartsWith(jid.IsLid ? Lids : Numbers, StringComparison.Ordinal);

    private static Jid PhoneOf(Jid jid) => jid.IsLid ? new Jid(Numbers + jid.User[Lids.Length..], JidServers.Phone) : jid;
}
