namespace WhatsApp;

/// <summary>The server parts an address can have.</summary>
public static class JidServers
{
    /// <summary>People by phone number.</summary>
    public const string Phone = "s.whatsapp.net";

    /// <summary>People by LID, an opaque number that is no phone number.</summary>
    public const string Lid = "lid";

    /// <summary>Groups.</summary>
    public const string Group = "g.us";

    /// <summary>Broadcast lists and status.</summary>
    public const string Broadcast = "broadcast";

    /// <summary>Devices hosted by the service, phone form.</summary>
    public const string Hosted = "hosted";

    /// <summary>Devices hosted by the service, LID form.</summary>
    public const string HostedLid = "hosted.lid";

    /// <summary>Messenger.</summary>
    public const string Messenger = "msgr";

    /// <summary>Interoperating services.</summary>
    public const string Interop = "interop";
}
