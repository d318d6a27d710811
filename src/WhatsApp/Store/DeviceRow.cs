using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace WhatsApp.Store;

/// <summary>This companion device: its keys, and once paired the account it belongs to.</summary>
internal sealed record DeviceRow
{
    public required long Row { get; init; }

    public required KeyPair Noise { get; init; }

    public required OwnIdentity Own { get; init; }

    /// <summary>Proves to us that the pairing answer comes from the phone that read our QR code.</summary>
    public required byte[] AdvSecret { get; init; }

    public required uint SignedPreKeyId { get; init; }

    /// <summary>Own address by phone number, with our device number. Null until paired.</summary>
    public Jid? OwnPhone { get; init; }

    /// <summary>Own address by LID, with our device number.</summary>
    public Jid? OwnLid { get; init; }

    /// <summary>The full ADVSignedDeviceIdentity: account key and both signatures.</summary>
    public byte[]? Account { get; init; }

    public string? PushName { get; init; }

    /// <summary>The account's chats had moved to LIDs when we paired.</summary>
    public bool LidMigrated { get; init; }

    public DateTimeOffset? PreKeysUploadedAt { get; init; }

    /// <summary>When the service's copy of our keys was last compared with ours.</summary>
    public DateTimeOffset? KeysCheckedAt { get; init; }

    /// <summary>When the service last refused a new signed prekey.</summary>
    public DateTimeOffset? SignedPreKeyRefusedAt { get; init; }

    /// <summary>Opaque bytes that lead the next connection to the right edge of the service.</summary>
    public byte[]? EdgeRouting { get; init; }

    /// <summary>The service's clock minus ours.</summary>
    public TimeSpan ServerOffset { get; init; }

    public bool IsPaired => OwnPhone is not null;

    /// <summary>Nothing secret or personal.</summary>
    public override string ToString() => IsPaired ? $"paired device, row {Row}" : $"device waiting for pairing, row {Row}";
}

/// <summary>What pairing tells us about the account.</summary>
internal sealed record PairedAccount(
    Jid OwnPhone,
    Jid? OwnLid,
    byte[] Account,
    byte[] AccountKey,
    string? Platform,
    string? BusinessName,
    bool LidMigrated);
