using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;

namespace WhatsApp.Tests.Pairing;

/// <summary>The phone's side is written out by hand here, so that both sides cannot be wrong alike.</summary>
public class AdvTests
{
    private static readonly SystemRandomSource Chance = new();
    private readonly KeyPair _account = KeyPair.Generate(Chance);
    private readonly KeyPair _device = KeyPair.Generate(Chance);
    private readonly byte[] _advSecret = Chance.Bytes(32);

    private byte[] Link(
        ADVEncryptionType type = ADVEncryptionType.E2Ee,
        byte[]? forDevice = null,
        byte[]? secret = null,
        byte[]? accountPrefix = null)
    {
        var hosted = type == ADVEncryptionType.Hosted;
        var details = new ADVDeviceIdentity { RawId = 77, Timestamp = 1_700_000_000, KeyIndex = 5, AccountType = type, DeviceType = type }.ToByteArray();
        byte[] covered = [.. accountPrefix ?? [6, (byte)(hosted ? 5 : 0)], .. details, .. forDevice ?? _device.Public];
        var signed = new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(details),
            AccountSignatureKey = ByteString.CopyFrom(_account.Public),
            AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(_account.Private, covered, Chance)),
        }.ToByteArray();
        byte[] authenticated = hosted ? [6, 5, .. signed] : signed;
        return new ADVSignedDeviceIdentityHMAC
        {
            Details = ByteString.CopyFrom(signed),
            Hmac = ByteString.CopyFrom(HMACSHA256.HashData(secret ?? _advSecret, authenticated)),
            AccountType = type,
        }.ToByteArray();
    }

    private AdvException Refuse(byte[] link) => Assert.Throws<AdvException>(() => AdvVerifier.VerifyLink(link, _advSecret, _device.Public));

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 6)]
    public void A_genuine_link_is_accepted_and_signed(bool isHosted, byte devicePrefix)
    {
        var verified = AdvVerifier.VerifyLink(Link(isHosted ? ADVEncryptionType.Hosted : ADVEncryptionType.E2Ee), _advSecret, _device.Public);

        var signed = AdvSigner.Sign(verified, _device, Chance);

        byte[] covered = [6, devicePrefix, .. signed.Account.Details.Span, .. _device.Public, .. _account.Public];
        Assert.True(XEdDsa.Verify(_device.Public, covered, signed.Account.DeviceSignature.Span));
        Assert.Equal(5u, signed.KeyIndex);
        Assert.Equal(_account.Public, signed.AccountKey);
    }

    [Fact]
    public void The_reply_leaves_the_account_key_out_and_carries_our_signature()
    {
        var signed = AdvSigner.Sign(AdvVerifier.VerifyLink(Link(), _advSecret, _device.Public), _device, Chance);

        var reply = ADVSignedDeviceIdentity.Parser.ParseFrom(signed.Reply);

        Assert.False(reply.HasAccountSignatureKey);
        Assert.Equal(signed.Account.DeviceSignature, reply.DeviceSignature);
        Assert.Equal(signed.Account.AccountSignature, reply.AccountSignature);
        Assert.True(signed.Account.HasAccountSignatureKey);
    }

    [Fact]
    public void A_phone_that_did_not_scan_our_code_is_refused()
    {
        var fault = Refuse(Link(secret: Chance.Bytes(32)));

        Assert.Equal((AdvFault.HmacMismatch, 401, "hmac-mismatch"), (fault.Fault, fault.ReplyCode, fault.ReplyText));
    }

    [Fact]
    public void An_identity_signed_for_another_device_is_refused()
    {
        var fault = Refuse(Link(forDevice: KeyPair.Generate(Chance).Public));

        Assert.Equal((AdvFault.SignatureMismatch, 401, "signature-mismatch"), (fault.Fault, fault.ReplyCode, fault.ReplyText));
    }

    [Fact]
    public void A_signature_of_another_purpose_is_refused() =>
        Assert.Equal(AdvFault.SignatureMismatch, Refuse(Link(accountPrefix: [6, 1])).Fault);

    [Fact]
    public void Any_changed_byte_of_a_link_is_refused()
    {
        var link = Link();
        for (var position = 0; position < link.Length; position++)
        {
            var changed = link.ToArray();
            changed[position] ^= 1;
            if (ChangesOnlyTheAccountType(link, changed))
            {
                continue;
            }

            Refuse(changed);
        }
    }

    [Fact]
    public void An_unreadable_link_is_an_internal_error()
    {
        var fault = Refuse([0xFF]);

        Assert.Equal((AdvFault.Malformed, 500, "internal-error"), (fault.Fault, fault.ReplyCode, fault.ReplyText));
    }

    [Fact]
    public void An_empty_link_is_refused() => Assert.Equal(AdvFault.HmacMismatch, Refuse([]).Fault);

    [Fact]
    public void A_companion_must_have_signed_its_identity_too()
    {
        var signed = AdvSigner.Sign(AdvVerifier.VerifyLink(Link(), _advSecret, _device.Public), _device, Chance).Account;

        Assert.Equal(77u, AdvVerifier.VerifyCompanion(signed, _device.Public, _account.Public).Details.RawId);
        var shortened = signed.Clone();
        shortened.ClearAccountSignatureKey();
        Assert.Equal(77u, AdvVerifier.VerifyCompanion(shortened, _device.Public, _account.Public).Details.RawId);

        var unsigned = signed.Clone();
        unsigned.ClearDeviceSignature();
        Assert.Throws<AdvException>(() => AdvVerifier.VerifyCompanion(unsigned, _device.Public, _account.Public));
        Assert.Throws<AdvException>(() => AdvVerifier.VerifyCompanion(signed, KeyPair.Generate(Chance).Public, _account.Public));
    }

    [Fact]
    public void A_companion_of_another_account_is_refused()
    {
        var signed = AdvSigner.Sign(AdvVerifier.VerifyLink(Link(), _advSecret, _device.Public), _device, Chance).Account;
        var other = KeyPair.Generate(Chance).Public;
        var shortened = signed.Clone();
        shortened.ClearAccountSignatureKey();

        Assert.Throws<AdvException>(() => AdvVerifier.VerifyCompanion(signed, _device.Public, other));
        Assert.Throws<AdvException>(() => AdvVerifier.VerifyCompanion(shortened, _device.Public, other));
    }

    // A number that the protocol does not know reads like E2EE, and the field's own number may become an unknown one.
    private static bool ChangesOnlyTheAccountType(byte[] link, byte[] changed)
    {
        var (before, after) = (ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(link), Try(changed));
        return after is not null && before.Details == after.Details && before.Hmac == after.Hmac && after.AccountType != ADVEncryptionType.Hosted;
    }

    private static ADVSignedDeviceIdentityHMAC? Try(byte[] bytes)
    {
        try
        {
            return ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
