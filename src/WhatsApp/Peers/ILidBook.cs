namespace WhatsApp.Peers;

/// <summary>Knows which LID belongs to a phone number; there is one book per store.</summary>
internal interface ILidBook
{
    /// <summary>Null while it is not known.</summary>
    Jid? LidOf(Jid phone);
}
