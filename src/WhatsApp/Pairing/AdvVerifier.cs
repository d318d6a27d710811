using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp.Crypto;
using WhatsApp.Proto;

namespace WhatsApp.Pairing;

/// <summary>A device identity whose account signature holds.</summary>
/// <param name="Signed">As signed by the account; the device's own signature may still be missing.</param>
/// <param name="Details">The signed content, parsed.</param>
internal sealed record VerifiedAdv(ADVSignedDeviceIdentity Signed, ADVDeviceIdentity Details);

/// <summary>Checks the identities that bind companion devices to accounts.</summary>
internal static class AdvVerifier
{
    /// <summary>Checks what <c>pair-success</c> brings: made by the phone that scanned our code, and signed by its account for us.</summary>
    /// <param name="deviceIdentity">The bytes of <c>device-identity</c>.</param>
    /// <param name="advSecret">The secret of the code.</param>
    /// <param name="ownIdentity">Our identity key, 32 bytes.</param>
    /// <exception cref="AdvException">With the reply to give.</exception>
    public static VerifiedAdv VerifyLink(ReadOnlySpan<byte> deviceIdentity, ReadOnlySpan<byte> advSecret, ReadOnlySpan<byte> ownIdentity)
    {
        var link = Parse(ADVSignedDeviceIdentityHMAC.Parser, deviceIdentity);
        var expected = HMACSHA256.HashData(advSecret, AdvFormats.Linked(link.AccountType, link.Details.Span));
        if (!CryptographicOperations.FixedTimeEquals(expected, link.Hmac.Span))
        {
            throw new AdvException(AdvFault.HmacMismatch);
        }

        var signed = Parse(ADVSignedDeviceIdentity.Parser, link.Details.Span);
        return VerifyAccount(signed, ownIdentity, signed.AccountSignatureKey.Span);
    }

    /// <summary>Checks a companion's identity as it comes with its messages: signed by its account and by itself.</summary>
    /// <param name="signed">The identity; the account's key may be left out of it.</param>
    /// <param name="deviceIdentity">The companion's identity key, 32 bytes.</param>
    /// <param name="accountKey">The identity key of the account's phone. One that only the message names would prove nothing.</param>
    /// <exception cref="AdvException">Either signature is missing or wrong, or another account made it.</exception>
    public static VerifiedAdv VerifyCompanion(ADVSignedDeviceIdentity signed, ReadOnlySpan<byte> deviceIdentity, ReadOnlySpan<byte> accountKey)
    {
        if (signed.HasAccountSignatureKey && !CryptographicOperations.FixedTimeEquals(signed.AccountSignatureKey.Span, accountKey))
        {
            throw new AdvException(AdvFault.SignatureMismatch);
        }

        var verified = VerifyAccount(signed, deviceIdentity, accountKey);
        var content = AdvFormats.DeviceSigned(verified.Details.DeviceType, signed.Details.Span, deviceIdentity, accountKey);
        return XEdDsa.Verify(deviceIdentity, content, signed.DeviceSignature.Span) ? verified : throw new AdvException(AdvFault.SignatureMismatch);
    }

    private static VerifiedAdv VerifyAccount(ADVSignedDeviceIdentity signed, ReadOnlySpan<byte> deviceIdentity, ReadOnlySpan<byte> accountKey)
    {
        var details = Parse(ADVDeviceIdentity.Parser, signed.Details.Span);
        var content = AdvFormats.AccountSigned(details.DeviceType, signed.Details.Span, deviceIdentity);
        return XEdDsa.Verify(accountKey, content, signed.AccountSignature.Span)
            ? new VerifiedAdv(signed, details)
            : throw new AdvException(AdvFault.SignatureMismatch);
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException malformed)
        {
            throw new AdvException(AdvFault.Malformed, malformed);
        }
    }
}
