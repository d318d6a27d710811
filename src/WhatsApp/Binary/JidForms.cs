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
        else if (jid.Server == JidServers.Interop && jid.Agent == 0)
        {
            // user, device (16 bit), integrator (16 bit), server
            var (integrator, user) = SplitIntegrator(jid.User);
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

    /// <summary>The integrator becomes a prefix of the user: <see cref="Jid"/> has no place of its own for it.</summary>
    public static Jid OfInterop(string user, ushort device, ushort integrator, string server)
    {
        var prefixed = integrator == 0 && SplitIntegrator(user).User == user
            ? user
            : string.Create(CultureInfo.InvariantCulture, $"{integrator}-{user}");
        return new Jid(prefixed, server, device);
    }

    private static (ushort Integrator, string User) SplitIntegrator(string user)
    {
        var dash = user.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && dash < user.Length - 1
            && ushort.TryParse(user.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var integrator)
            && (user[0] != '0' || dash == 1)
            ? (integrator, user[(dash + 1)..])
            : ((ushort)0, user);
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
