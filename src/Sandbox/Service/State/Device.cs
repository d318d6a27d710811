using System.Text.Json.Serialization;

namespace Sandbox.Service.State;

/// <summary>What the service knows of one device. Device 0 is the phone.</summary>
internal sealed class Device
{
    public required ushort Id { get; init; }

    public int KeyIndex { get; init; }

    /// <summary>The Noise key a companion must log in with; null for a phone.</summary>
    public byte[]? NoiseKey { get; init; }

    public required byte[] Identity { get; init; }

    public required uint RegistrationId { get; init; }

    public required uint SignedPreKeyId { get; set; }

    public required byte[] SignedPreKey { get; set; }

    public required byte[] SignedPreKeySignature { get; set; }

    /// <summary>The first <c>active</c> has been seen: the phone has sent its history.</summary>
    public bool WasActive { get; set; }

    /// <summary>Groups changed while the device was away.</summary>
    public bool GroupsDirty { get; set; }

    /// <summary>It has been told to upload keys and has not done so yet.</summary>
    public bool ToldLow { get; set; }

    /// <summary>One-time keys not handed out yet; stored key by key, see <see cref="PreKeyStock"/>.</summary>
    [JsonIgnore]
    public SortedDictionary<uint, byte[]> PreKeys { get; } = [];
}
