using System.Security.Cryptography;
using Google.Protobuf;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>The primary's side of device identities: it vouches for companions with its own key.</summary>
internal sealed class AdvIssuer(KeyPair identity, IRandomSource random)
{
    private static readonly byte[] AccountPrefix = [6, 0], DevicePrefix = [6, 1], ListPrefix = [6, 2];

    /// <summary>Vouches for a companion's identity key; the HMAC proves that this phone has seen its QR.</summary>
    public (ADVSignedDeviceIdentity Identity, ADVSignedDeviceIdentityHMAC Proof) Vouch(uint rawId, uint keyIndex, long now, byte[] companion, byte[] advSecret)
    {
        var details = new ADVDeviceIdentity { RawId = rawId, Timestamp = (ulong)now, KeyIndex = keyIndex, AccountType = ADVEncryptionType.E2Ee, DeviceType = ADVEncryptionType.E2Ee }.ToByteArray();
        var signed = new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(details),
            AccountSignatureKey = ByteString.CopyFrom(identity.Public),
            AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(identity.Private, [.. AccountPrefix, .. details, .. companion], random)),
        };
        var bytes = signed.ToByteArray();
        return (signed, new ADVSignedDeviceIdentityHMAC
        {
            Details = ByteString.CopyFrom(bytes),
            Hmac = ByteString.CopyFrom(HMACSHA256.HashData(advSecret, bytes)),
        });
    }

    /// <summary>Signs the list of key indexes that are valid now.</summary>
    public void SignKeyIndexes(Account account, long now)
    {
        var list = new ADVKeyIndexList { RawId = account.AdvRawId, Timestamp = (ulong)now, CurrentIndex = (uint)(account.NextKeyIndex - 1), AccountType = ADVEncryptionType.E2Ee };
        list.ValidIndexes.AddRange(account.Devices.Select(device => (uint)device.KeyIndex));
        var details = list.ToByteArray();
        account.KeyIndexListAt = now;
        account.KeyIndexList = new ADVSignedKeyIndexList
        {
            Details = ByteString.CopyFrom(details),
            AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(identity.Private, [.. ListPrefix, .. details], random)),
        }.ToByteArray();
    }

    public static bool IsDeviceSignature(ADVSignedDeviceIdentity signed, ReadOnlySpan<byte> account, ReadOnlySpan<byte> companion) =>
        XEdDsa.Verify(companion, [.. DevicePrefix, .. signed.Details.Span, .. companion, .. account], signed.DeviceSignature.Span);

    /// <summary>What a receiver checks before it believes a companion's first message.</summary>
    public static bool IsCompanionOf(ReadOnlySpan<byte> account, ReadOnlySpan<byte> companion, ReadOnlySpan<byte> identityBytes)
    {
        try
        {
            var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(identityBytes);
            return (signed.AccountSignatureKey.IsEmpty || signed.AccountSignatureKey.Span.SequenceEqual(account))
                && XEdDsa.Verify(account, [.. AccountPrefix, .. signed.Details.Span, .. companion], signed.AccountSignature.Span)
                && IsDeviceSignature(signed, account, companion);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
