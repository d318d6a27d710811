using System.Globalization;
using WhatsApp.Binary;

namespace WhatsApp.Devices;

/// <summary>The devices of one person as the service lists them, in the form (phone or LID) that was asked for.</summary>
internal sealed record UserDevices(Jid User, Jid? Phone, Jid? Lid, IReadOnlyList<ushort> Devices);

/// <summary>The usync request for device lists. Source: facts 10.2.</summary>
internal static class DeviceQuery
{
    /// <summary>The service takes a few hundred people a query.</summary>
    public const int MaxUsers = 200;

    /// <summary>What one account can link is far below this; more is not a device list.</summary>
    private const int MaxDevices = 100;

    private const ushort HostedDevice = 99;

    public static Node Write(IEnumerable<Jid> users, string sid) => new(
        "iq",
        new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "usync" },
        new Node(
            "usync",
            new() { ["sid"] = sid, ["mode"] = "query", ["last"] = "true", ["index"] = "0", ["context"] = "message" },
            new Node("query", null, new Node("devices", new() { ["version"] = "2" }), new Node("lid")),
            new Node("list", null, [.. users.Select(user => new Node("user", new() { ["jid"] = user.Bare }))])));

    /// <summary>Reads the answer. People without a readable device list are left out, so that they are asked for again.</summary>
    public static IReadOnlyList<UserDevices> Read(Node result)
    {
        var list = result.Child("usync")?.Child("list");
        return list is null ? [] : [.. list.ChildrenOf("user").Select(ReadUser).OfType<UserDevices>()];
    }

    private static UserDevices? ReadUser(Node user)
    {
        if (user.JidOf("jid") is not { IsPerson: true } jid ||
            user.Child("devices")?.Child("device-list") is not { } devices)
        {
            return null;
        }

        var other = user.JidOf("pn_jid") ?? user.Child("lid")?.JidOf("val");
        return new UserDevices(
            jid.Bare,
            jid.IsPhone ? jid.Bare : other is { IsPhone: true } phone ? phone.Bare : null,
            jid.IsLid ? jid.Bare : other is { IsLid: true } lid ? lid.Bare : null,
            [.. devices.ChildrenOf("device").Take(MaxDevices).Select(ReadDevice).OfType<ushort>().Distinct().Order()]);
    }

    /// <summary>A companion without key index is no full member of the account; hosted devices are not ours to encrypt for.</summary>
    private static ushort? ReadDevice(Node device) =>
        ushort.TryParse(device["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) &&
        id != HostedDevice && device["is_hosted"] is not "true" &&
        (id == 0 || (int.TryParse(device["key-index"], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0))
            ? id
            : null;
}
