using WhatsApp;

namespace Sandbox.Phones;

/// <summary>A phone as it is now.</summary>
internal sealed record PhoneView(
    string Id,
    string Name,
    Jid Phone,
    Jid Lid,
    bool PhoneHidden,
    IReadOnlyList<ushort> Companions,
    IReadOnlyList<PhoneMessage> Messages,
    int Duplicates,
    int Undecryptable)
{
    public override string ToString() => $"Phone {Id}"; // a record would print the numbers
}

/// <summary>What became of a scan, or of a code that was typed.</summary>
internal enum ScanOutcome
{
    /// <summary>The companion is linked: its signature was checked and it was told to log in.</summary>
    Linked,

    /// <summary>The text is no pairing QR.</summary>
    NotAQr,

    /// <summary>The QR's code is not (or no longer) offered, or nobody wants to link this number by code.</summary>
    Expired,

    /// <summary>Another code was typed than the one shown.</summary>
    WrongCode,

    /// <summary>The account has four companions already.</summary>
    Full,

    /// <summary>The companion refused, went away, or its signature was wrong.</summary>
    Failed,
}
