using Google.Protobuf;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Tests.Messages.World;

/// <summary>What a person's phone does for companions.</summary>
internal static class TestAccount
{
    /// <summary>The certificate a companion shows: signed by the account and by itself.</summary>
    public static byte[] Vouch(KeyPair account, DeviceRow companion, IRandomSource random)
    {
        var details = new ADVDeviceIdentity { RawId = 1, Timestamp = 1, KeyIndex = 1 };
        var bytes = details.ToByteArray();
        var signed = new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(bytes),
            AccountSignatureKey = ByteString.CopyFrom(account.Public),
            AccountSignature = ByteString.CopyFrom(
                XEdDsa.Sign(account.Private, AdvFormats.AccountSigned(ADVEncryptionType.E2Ee, bytes, companion.Own.Identity.Public), random)),
        };
        return AdvSigner.Sign(new VerifiedAdv(signed, details), companion.Own.Identity, random).Account.ToByteArray();
    }
}

/// <summary>Makes a device's second key pair, its identity, the given one.</summary>
internal sealed class IdentityGiver(KeyPair identity, IRandomSource random) : IRandomSource
{
    private int _keys;

    public void Fill(Span<byte> destination)
    {
        if (destination.Length == 32 && ++_keys == 2)
        {
            identity.Private.CopyTo(destination);
        }
        else
        {
            random.Fill(destination);
        }
    }
}
