using FsCheck;
using FsCheck.Fluent;
using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

/// <summary>Any node: every form of text, address and content, nested.</summary>
internal static class NodeGenerator
{
    private static readonly string[] Servers =
    [
        JidServers.Phone, JidServers.Lid, JidServers.Group, JidServers.Broadcast, JidServers.Hosted, JidServers.HostedLid,
        JidServers.Messenger, JidServers.Interop, "newsletter", "call", "bot", "c.us", "somewhere.else",
    ];

    private static readonly Gen<string> Token = Gen.Elements(Tokens.Single.Skip(1).Concat(Tokens.Double.SelectMany(list => list)));

    private static readonly Gen<string> Texts = Gen.OneOf(
        Token,
        Of("0123456789-.", 200),
        Of("0123456789ABCDEF", 200),
        Of("abc äß字😀 <>\"'@.:-\0\n".EnumerateRunes().Select(rune => rune.ToString()), 400));

    private static readonly Gen<string> User = Gen.OneOf(
        Of("0123456789", 18),
        Of("abcdef123", 12),
        Gen.Choose(0, 70_000).Select(number => $"{number}-user"),
        Gen.Constant("00-user"));

    private static readonly Gen<Jid> Jids =
        from server in Gen.Elements(Servers)
        from user in User
        from device in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 300), Gen.Choose(0, ushort.MaxValue))
        from agent in Gen.OneOf(Gen.Constant(0), Gen.Constant(0), Gen.Choose(0, 255))
        select new Jid(user, server == "c.us" && (device, agent) != (0, 0) ? JidServers.Phone : server, (ushort)device, (byte)agent);

    private static readonly Gen<AttributeValue> Values = Gen.OneOf(
        Texts.Select(text => (AttributeValue)text),
        Jids.Select(jid => (AttributeValue)jid));

    private static readonly Gen<NodeAttributes> Attributes =
        from count in Gen.OneOf(Gen.Choose(0, 6), Gen.Choose(0, 6), Gen.Constant(130))
        from names in Texts.ListOf(count)
        from values in Values.ListOf(count)
        select Collect(names, values);

    private static readonly Gen<byte[]> Bytes =
        from size in Gen.OneOf(Gen.Choose(0, 300), Gen.Elements(0, 255, 256, (1 << 20) - 1, 1 << 20))
        from seed in Gen.Choose(0, 255)
        select Enumerable.Range(0, size).Select(index => (byte)(index + seed)).ToArray();

    public static Arbitrary<Node> Any() => Arb.From(Gen.Sized(size => Nodes(Math.Min(size, 40))));

    private static Gen<Node> Nodes(int size) =>
        from tag in Texts
        from attributes in Attributes
        from node in Gen.Frequency(
            (2, Gen.Constant(new Node(tag, attributes))),
            (2, Bytes.Select(bytes => new Node(tag, attributes, bytes))),
            (2, Texts.Select(text => new Node(tag, attributes, text))),
            (size > 0 ? 3 : 0, Gen.Choose(1, 4).SelectMany(count => Nodes(size / (count + 1)).ListOf(count)).Select(children => new Node(tag, attributes, children.ToArray()))))
        select node;

    private static NodeAttributes Collect(IEnumerable<string> names, IEnumerable<AttributeValue> values)
    {
        var attributes = new NodeAttributes();
        foreach (var (name, value) in names.Zip(values))
        {
            attributes[name] = value;
        }

        return attributes;
    }

    private static Gen<string> Of(string alphabet, int maxLength) => Of(alphabet.Select(character => character.ToString()), maxLength);

    private static Gen<string> Of(IEnumerable<string> alphabet, int maxLength)
    {
        var letters = alphabet.ToArray();
        return from length in Gen.OneOf(Gen.Choose(1, 20), Gen.Choose(1, maxLength))
               from text in Gen.Elements(letters).ListOf(length)
               select string.Concat(text);
    }
}
