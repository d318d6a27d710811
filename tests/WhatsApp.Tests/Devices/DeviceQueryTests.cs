using WhatsApp.Binary;
using WhatsApp.Devices;

namespace WhatsApp.Tests.Devices;

public sealed class DeviceQueryTests
{
    private static readonly Jid Phone = new("628000000002", JidServers.Phone);
    private static readonly Jid Lid = new("990000000000002", JidServers.Lid);

    [Fact]
    public void A_list_gives_the_phone_and_full_companions_and_both_names()
    {
        var answer = Answer(User(
            Phone,
            [Device("0"), Device("7", ("key-index", "3")), Device("5"), Device("6", ("key-index", "0")), Device("99", ("key-index", "4")), Device("8", ("key-index", "5"), ("is_hosted", "true")), Device("abc"), Device("70000")],
            new Node("lid", new() { ["val"] = Lid })));

        var user = Assert.Single(DeviceQuery.Read(answer));

        Assert.Equal([0, 7], user.Devices.Select(device => (int)device));
        Assert.Equal((Phone, Phone, Lid), (user.User, user.Phone, user.Lid));
    }

    [Fact]
    public void Asked_by_LID_the_number_stands_beside_it()
    {
        var answer = Answer(new Node("user", new() { ["jid"] = Lid, ["pn_jid"] = Phone }, Devices([Device("0")])));

        Assert.Equal((Lid, Phone, Lid), Assert.Single(DeviceQuery.Read(answer)) is var user ? (user.User, user.Phone, user.Lid) : default);
    }

    [Fact]
    public void People_without_a_readable_list_are_left_out_and_the_others_stand()
    {
        var answer = Answer(
            new Node("user", new() { ["jid"] = Phone }),
            new Node("user", new() { ["jid"] = new Jid("120363", JidServers.Group) }, Devices([Device("0")])),
            new Node("user", null, Devices([Device("0")])),
            new Node("user", new() { ["jid"] = Phone }, new Node("devices", null, new Node("error", new() { ["code"] = 500 }))),
            new Node("user", new() { ["jid"] = Lid }, Devices([Device("0")])));

        Assert.Equal(Lid, Assert.Single(DeviceQuery.Read(answer)).User);
        Assert.Empty(DeviceQuery.Read(new Node("iq")));
    }

    [Fact]
    public void A_list_longer_than_any_account_s_is_cut()
    {
        var answer = Answer(User(Phone, [.. Enumerable.Range(1, 5000).Select(id => Device($"{id}", ("key-index", "1")))]));

        Assert.InRange(Assert.Single(DeviceQuery.Read(answer)).Devices.Count, 1, 100);
    }

    [Fact]
    public void The_question_names_people_without_devices()
    {
        var query = DeviceQuery.Write([Phone.WithDevice(4)], "SID").Child("usync")!;

        Assert.Equal(("SID", "query", "message"), (query["sid"], query["mode"], query["context"]));
        Assert.Equal("2", query.Child("query")!.Child("devices")!["version"]);
        Assert.NotNull(query.Child("query")!.Child("lid"));
        Assert.Equal(Phone, Assert.Single(query.Child("list")!.Children).JidOf("jid"));
    }

    [Fact]
    public void A_bundle_is_read_with_and_without_a_one_time_key()
    {
        var with = Bundle(Phone);
        var without = Bundle(Lid, drop: "key");

        var bundles = BundleQuery.Read(new Node("iq", null, new Node("list", null, with, without)));

        var full = bundles[Phone];
        Assert.Equal((0x01020304u, 0x000102u, 0x000203u), (full.RegistrationId, full.SignedPreKeyId, full.PreKeyId!.Value));
        Assert.Equal((32, 64, 32), (full.Identity.Length, full.SignedPreKeySignature.Length, full.PreKey!.Length));
        Assert.Equal((null, null), (bundles[Lid].PreKeyId, bundles[Lid].PreKey));
    }

    [Theory]
    [InlineData("registration")]
    [InlineData("identity")]
    [InlineData("skey")]
    public void A_bundle_that_lacks_a_part_is_left_out(string part) =>
        Assert.Empty(BundleQuery.Read(new Node("iq", null, new Node("list", null, Bundle(Phone, drop: part)))));

    [Fact]
    public void A_bundle_with_a_key_of_the_wrong_size_or_an_error_is_left_out()
    {
        var shortKey = new Node("user", new() { ["jid"] = Phone }, [.. Bundle(Phone, drop: "identity").Children, new Node("identity", null, new byte[31])]);
        var halfKey = new Node("user", new() { ["jid"] = Phone }, [.. Bundle(Phone, drop: "key").Children, new Node("key", null, new Node("id", null, new byte[3]))]);
        var error = new Node("user", new() { ["jid"] = Phone }, [.. Bundle(Phone).Children, new Node("error", new() { ["code"] = 406 })]);

        Assert.All([shortKey, halfKey, error], user => Assert.Empty(BundleQuery.Read(new Node("iq", null, new Node("list", null, user)))));
    }

    private static Node Answer(params Node[] users) => new("iq", null, new Node("usync", null, new Node("list", null, users)));

    private static Node User(Jid jid, Node[] devices, params Node[] more) => new("user", new() { ["jid"] = jid }, [Devices(devices), .. more]);

    private static Node Devices(Node[] devices) => new("devices", null, new Node("device-list", null, devices));

    private static Node Device(string id, params (string Name, string Value)[] more)
    {
        var device = new Node("device", new() { ["id"] = id });
        foreach (var (name, value) in more)
        {
            device.Attributes[name] = value;
        }

        return device;
    }

    private static Node Bundle(Jid jid, string? drop = null)
    {
        Node[] parts =
        [
            new("registration", null, new byte[] { 1, 2, 3, 4 }),
            new("identity", null, new byte[32]),
            new("skey", null, new Node("id", null, new byte[] { 0, 1, 2 }), new Node("value", null, new byte[32]), new Node("signature", null, new byte[64])),
            new("key", null, new Node("id", null, new byte[] { 0, 2, 3 }), new Node("value", null, new byte[32])),
        ];
        return new("user", new() { ["jid"] = jid }, [.. parts.Where(part => part.Tag != drop)]);
    }
}
