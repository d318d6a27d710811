using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WhatsApp;

/// <summary>
/// An address of the service: a person by phone number or LID, one device of a person, a group, or a server.
/// Text form: <c>user[.agent][:device]@server</c>. Contains personal data: never log it in clear.
/// </summary>
/// <param name="User">Part before the device and the server; empty for a server's own address.</param>
/// <param name="Server">One of <see cref="JidServers"/>, or whatever the service sent.</param>
/// <param name="Device">0 is the phone; companions count from 1.</param>
/// <param name="Agent">Agent number; 0 in practice.</param>
public readonly record struct Jid(string User, string Server, ushort Device = 0, byte Agent = 0)
{
    /// <summary>The service itself, as an address with an empty user.</summary>
    public static Jid Service { get; } = new("", JidServers.Phone);

    /// <summary>The group server, target of requests that name no group.</summary>
    public static Jid Groups { get; } = new("", JidServers.Group);

    /// <summary>A person addressed by phone number (any device).</summary>
    public bool IsPhone => User is { Length: > 0 } && Server is JidServers.Phone or JidServers.Hosted;

    /// <summary>A person addressed by LID (any device).</summary>
    public bool IsLid => User is { Length: > 0 } && Server is JidServers.Lid or JidServers.HostedLid;

    /// <summary>A person, by phone number or LID.</summary>
    public bool IsPerson => IsPhone || IsLid;

    /// <summary>A group.</summary>
    public bool IsGroup => User is { Length: > 0 } && Server == JidServers.Group;

    /// <summary>The same person without device and agent.</summary>
    public Jid Bare => new(User, Server switch { JidServers.Hosted => JidServers.Phone, JidServers.HostedLid => JidServers.Lid, _ => Server });

    /// <summary>One device of this person.</summary>
    public Jid WithDevice(ushort device) => this with { Device = device };

    /// <summary>Reads the text form. <c>c.us</c> becomes <c>s.whatsapp.net</c>; a text without <c>@</c> is a server.</summary>
    /// <exception cref="FormatException">Not an address. The message does not repeat the text.</exception>
    public static Jid Parse(string text) =>
        TryParse(text, out var jid) ? jid : throw new FormatException("The text is not an address of the form user[.agent][:device]@server.");

    /// <summary>Reads the text form without throwing.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Jid jid)
    {
        jid = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        var server = text[(at + 1)..];
        if (server.Length == 0 || server.Contains('@', StringComparison.Ordinal))
        {
            return false;
        }

        server = server == "c.us" ? JidServers.Phone : server;
        if (at <= 0)
        {
            jid = new Jid("", server);
            return true;
        }

        var user = text[..at];
        ushort device = 0;
        byte agent = 0;
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            if (!ushort.TryParse(user.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out device))
            {
                return false;
            }

            user = user[..colon];
        }

        var dot = user.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            if (!byte.TryParse(user.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out agent))
            {
                return false;
            }

            user = user[..dot];
        }

        if (user.Length == 0)
        {
            return false;
        }

        jid = new Jid(user, server, device, agent);
        return true;
    }

    /// <summary>The text form. Contains personal data.</summary>
    public override string ToString()
    {
        if (string.IsNullOrEmpty(User))
        {
            return Server ?? "";
        }

        var agent = Agent == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{Agent}");
        var device = Device == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $":{Device}");
        return $"{User}{agent}{device}@{Server}";
    }
}
