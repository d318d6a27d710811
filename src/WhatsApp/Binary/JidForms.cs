using System.Buffers.Binary;
using System.Globalization;

namespace WhatsApp.Binary;

/// <summary>The typed wire forms of an address.</summary>
internal static class JidForms
{
    /// <summary>Writes the form the address's server calls for. An address without a user, or one no form can hold (a device above 255 on the phone server, say), goes as text.</summary>
    public static void Write(in Jid jid, NodeWriter writer)
    {
        if (string.IsNullOrEmpty(jid.User))
        {
            writer.WriteString(jid.Server ?? "");
        }
        else if (jid.Server == JidServers.Messenger && jid.Agent == 0)
        {
            // user, device (16 bit), server
            writer.WriteByte(NodeTags.MessengerJid);
            writer.WriteString(jid.User);
            BinaryPrimitives.WriteUInt16BigEndian(writer.Reserve(2), jid.Device);
            writer.WriteString(jid.Server);
        }
        else if (jid.Server == JidServers.Interop && jid.Agent == 0 && TrySplitIntegrator(jid.User, out var integrator, out var user))
        {
            // user, device (16 bit), integrator (16 bit), server
            writer.WriteByte(NodeTags.InteropJid);
            writer.WriteString(user);
            BinaryPrimitives.WriteUInt16BigEndian(writer.Reserve(2), jid.Device);
            BinaryPrimitives.WriteUInt16BigEndian(writer.Reserve(2), integrator);
            writer.WriteString(jid.Server);
        }
        else if (DomainOf(jid) is { } domain)
        {
            writer.WriteByte(NodeTags.DeviceJid);
            writer.WriteByte(domain);
            writer.WriteByte((byte)jid.Device);
            writer.WriteString(jid.User);
        }
        else if (jid.Device == 0 && jid.Agent == 0)
        {
            writer.WriteByte(NodeTags.JidPair);
            writer.WriteString(jid.User);
            writer.WriteString(jid.Server);
        }
        else
        {
            writer.WriteString(jid.ToString());
        }
    }

    /// <summary>The address of a device form.</summary>
    public static Jid OfDevice(byte domain, byte device, string user) => domain switch
    {
        NodeTags.PhoneDomain => new Jid(user, JidServers.Phone, device),
        NodeTags.LidDomain => new Jid(user, JidServers.Lid, device),
        NodeTags.HostedDomain => new Jid(user, JidServers.Hosted, device),
        NodeTags.HostedLidDomain => new Jid(user, JidServers.HostedLid, device),
        _ => new Jid(user, JidServers.Phone, device, domain),
    };

    /// <summary>The integrator becomes a prefix of the user, <c>integrator-user</c>: <see cref="Jid"/> has no place of its own for it.</summary>
    public static Jid OfInterop(string user, ushort device, ushort integrator, string server) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{integrator}-{user}"), server, device);

    private static bool TrySplitIntegrator(string prefixed, out ushort integrator, out string user)
    {
        var dash = prefixed.IndexOf('-', StringComparison.Ordinal);
        integrator = 0;
        user = prefixed[(dash + 1)..];
        return dash > 0 && user.Length > 0
            && (prefixed[0] != '0' || dash == 1) // only the one way to write a number comes back as it was
            && ushort.TryParse(prefixed.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out integrator);
    }

    /// <summary>The domain type when this address is written in the device form; null when it is not.</summary>
    private static byte? DomainOf(in Jid jid) => (jid.Server, jid.Device) switch
    {
        (_, > byte.MaxValue) => null,
        (JidServers.Hosted, _) when jid.Agent == 0 => NodeTags.HostedDomain,
        (JidServers.HostedLid, _) when jid.Agent == 0 => NodeTags.HostedLidDomain,
        (JidServers.Lid, > 0) when jid.Agent == 0 => NodeTags.LidDomain,
        (JidServers.Phone, > 0) when jid.Agent == 0 => NodeTags.PhoneDomain,
        (JidServers.Phone, _) when jid.Agent is not (0 or NodeTags.LidDomain or NodeTags.HostedDomain or NodeTags.HostedLidDomain) => jid.Agent,
        _ => null,
    };
}
