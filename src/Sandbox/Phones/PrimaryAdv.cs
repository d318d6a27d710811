using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>The phone's side of a link: it signs the companion's identity key with the account's and proves that it scanned the code.</summary>
internal sealed class PrimaryAdv(KeyPair account, IRandomSource random)
{
    /// <summary>The bytes of <c>device-identity</c> in <c>pair-success</c>.</summary>
    /// <param name="companionIdentity">The companion's identity key from the code, 32 bytes.</param>
    /// <param name="advSecret">The secret from the code.</param>
    /// <param name="details">What the account says of the device.</param>
    public byte[] Link(ReadOnlySpan<byte> companionIdentity, ReadOnlySpan<byte> advSecret, ADVDeviceIdentity details)
    {
        var content = details.ToByteArray();
        var signed = new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(content),
            AccountSignatureKey = ByteString.CopyFrom(account.Public),
            AccountSignature = ByteString.CopyFrom(
                XEdDsa.Sign(account.Private, AdvFormats.AccountSigned(details.DeviceType, content, companionIdentity), random)),
        }.ToByteArray();
        return new ADVSignedDeviceIdentityHMAC
        {
            Details = ByteString.CopyFrom(signed),
            Hmac = ByteString.CopyFrom(HMACSHA256.HashData(advSecret, AdvFormats.Linked(details.AccountType, signed))),
            AccountType = details.AccountType,
        }.ToByteArray();
    }

    /// <summary>Checks the companion's answer; the account's key, which it leaves out, is put back.</summary>
    /// <param name="reply">The bytes of <c>device-identity</c> in <c>pair-device-sign</c>.</param>
    /// <param name="companionIdentity">The companion's identity key from the code, 32 bytes.</param>
    /// <exception cref="AdvException">Not what we signed, or not signed by the companion.</exception>
    public VerifiedAdv Confirm(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> companionIdentity)
    {
        ADVSignedDeviceIdentity signed;
        try
        {
            signed = ADVSignedDeviceIdentity.Parser.ParseFrom(reply);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new AdvException(AdvFault.Malformed, malformed);
        }

        signed.AccountSignatureKey = ByteString.CopyFrom(account.Public);
        return AdvVerifier.VerifyCompanion(signed, companionIdentity);
    }
}
