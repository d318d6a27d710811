using System.Text.Json.Serialization;
using Sandbox.Service.Requests;
using WhatsApp;
using WhatsApp.Crypto;

namespace Sandbox.Phones;

/// <summary>A phone's own secrets. Stored in the world's file: they protect nobody but synthetic people.</summary>
internal sealed class PhoneKeys
{
    public required byte[] Identity { get; init; }

    public required uint RegistrationId { get; init; }

    public required byte[] SignedPreKey { get; init; }

    public required byte[] SignedPreKeySignature { get; init; }

    public required byte[] AppStateKeyId { get; init; }

    public required byte[] AppStateKey { get; init; }

    public uint NextPreKey { get; set; } = 1;

    [JsonIgnore]
    public KeyPair IdentityPair => KeyPair.FromPrivate(Identity);

    public static PhoneKeys Make(IRandomSource random)
    {
        var identity = KeyPair.Generate(random);
        var signed = KeyPair.Generate(random);
        return new PhoneKeys
        {
            Identity = identity.Private,
            RegistrationId = random.PositiveInt31(),
            SignedPreKey = signed.Private,
            SignedPreKeySignature = SignedKeys.Sign(identity, signed.Public, random),
            AppStateKeyId = random.Bytes(6),
            AppStateKey = random.Bytes(32),
        };
    }
}
