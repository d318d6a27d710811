using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Sandbox.Phones;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;
using WhatsApp.Tests.Signal;

namespace Fuzz.Targets;

/// <summary>What comes while a device is linked: the account's signatures, the code on the screen, the passkey's texts.</summary>
internal static class PairingTargets
{
    private static readonly SeededRandom Chance = new(1);
    private static readonly KeyPair Account = KeyPair.Generate(Chance);
    private static readonly KeyPair Device = KeyPair.Generate(Chance);
    private static readonly byte[] Secret = SHA256.HashData("secret"u8);
    private static readonly byte[] Details = new ADVDeviceIdentity { RawId = 7, Timestamp = 1_700_000_000, KeyIndex = 5, AccountType = ADVEncryptionType.E2Ee, DeviceType = ADVEncryptionType.E2Ee }.ToByteArray();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.Refusing<AdvException>("adv-link", () => [Link()], VerifyLink),
        new("adv-companion", () => [Signed(withDevice: true).ToByteArray()], VerifyCompanion),
        new("qr", () => [Encoding.UTF8.GetBytes("https://wa.me/settings/linked_devices#2@ref," + string.Join(',', Enumerable.Repeat(Convert.ToBase64String(new byte[32]), 3)) + ",1")], ReadQr),
        new("passkey-options", () => ["""{"challenge":"AAECAwQFBgcICQoLDA0ODw","rpId":"whatsapp.com","timeout":60000,"allowCredentials":[{"id":"AAEC","type":"public-key"}]}"""u8.ToArray()], bytes => PasskeyOptions.Read(bytes)),
        new("passkey-assertion", () => [Encoding.UTF8.GetBytes(Assertion())], bytes => PasskeyAssertion.Read(Encoding.UTF8.GetString(bytes), "challenge"u8)),
    ];

    private static void VerifyLink(byte[] bytes)
    {
        var verified = AdvVerifier.VerifyLink(bytes, Secret, Device.Public);
        FuzzTarget.Require(verified.Signed.Details.Span.SequenceEqual(Details), "only what the account signed is believed");
    }

    private static void VerifyCompanion(byte[] bytes)
    {
        try
        {
            var verified = AdvVerifier.VerifyCompanion(ADVSignedDeviceIdentity.Parser.ParseFrom(bytes), Device.Public, Account.Public);
            FuzzTarget.Require(verified.Signed.Details.Span.SequenceEqual(Details), "only what the account signed is believed");
        }
        catch (Exception refusal) when (refusal is AdvException or InvalidProtocolBufferException)
        {
            return; // the refusals this door knows
        }
    }

    private static void ReadQr(byte[] bytes)
    {
        if (PairingQr.TryParse(Encoding.UTF8.GetString(bytes)) is { } qr)
        {
            FuzzTarget.Require(qr.NoiseKey.Length == 32 && qr.Identity.Length == 32 && qr.AdvSecret.Length == 32, "the keys of a code have 32 bytes");
        }
    }

    private static byte[] Link()
    {
        var signed = Signed(withDevice: false).ToByteArray();
        return new ADVSignedDeviceIdentityHMAC { Details = ByteString.CopyFrom(signed), Hmac = ByteString.CopyFrom(HMACSHA256.HashData(Secret, signed)), AccountType = ADVEncryptionType.E2Ee }.ToByteArray();
    }

    private static ADVSignedDeviceIdentity Signed(bool withDevice)
    {
        var signed = new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(Details),
            AccountSignatureKey = ByteString.CopyFrom(Account.Public),
            AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(Account.Private, (byte[])[6, 0, .. Details, .. Device.Public], Chance)),
        };
        if (withDevice)
        {
            signed.DeviceSignature = ByteString.CopyFrom(XEdDsa.Sign(Device.Private, (byte[])[6, 1, .. Details, .. Device.Public, .. Account.Public], Chance));
        }

        return signed;
    }

    private static string Assertion()
    {
        var challenge = Convert.ToBase64String("challenge"u8).TrimEnd('=');
        var client = Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"type":"webauthn.get","challenge":"CHALLENGE"}""".Replace("CHALLENGE", challenge, StringComparison.Ordinal))).TrimEnd('=');
        return """{"id":"AAEC","rawId":"AAEC","type":"public-key","response":{"clientDataJSON":"CLIENT","authenticatorData":"AAEC","signature":"AAEC"}}""".Replace("CLIENT", client, StringComparison.Ordinal);
    }
}
