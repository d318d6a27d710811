using System.Security.Cryptography;
using Google.Protobuf;
using Sandbox.Service.Wire;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Tests.Signal;
using WhatsApp.Wire;

namespace WhatsApp.Tests.Hardening;

/// <summary>Every signature and code of the protocol, as it is and with each single bit of it turned over: only the first is believed.</summary>
public class SignatureTests
{
    private static readonly SystemRandomSource Chance = new();
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly NoiseCertificates Certificates = NoiseCertificates.Create(Chance, Now.AddDays(-1), Now.AddDays(1));
    private static readonly KeyPair Account = KeyPair.Generate(Chance);
    private static readonly KeyPair Device = KeyPair.Generate(Chance);
    private static readonly byte[] Secret = Chance.Bytes(32);
    private static readonly byte[] Details = new ADVDeviceIdentity { RawId = 7, KeyIndex = 5 }.ToByteArray();

    [Fact]
    public void Of_the_intermediate_certificate() => OnlyWhole(Chain().Intermediate.Signature, signature => ChainFault(chain => chain.Intermediate.Signature = signature), NoiseFault.UntrustedRoot);

    [Fact]
    public void Of_the_leaf_certificate() => OnlyWhole(Chain().Leaf.Signature, signature => ChainFault(chain => chain.Leaf.Signature = signature), NoiseFault.UntrustedLeaf);

    [Fact]
    public void Of_the_key_in_the_leaf_certificate() =>
        OnlyWhole(ByteString.CopyFrom(Certificates.ServerKey.Public), key => Fault<NoiseHandshakeException, NoiseFault>(() => NoiseCertificateCheck.Verify(Certificates.Chain, key.Span, new(Certificates.Root.Public), Now), fault => fault.Reason), NoiseFault.WrongLeafKey);

    [Fact]
    public void Of_the_link_by_the_codes_secret()
    {
        var link = ADVSignedDeviceIdentityHMAC.Parser.ParseFrom(Link(Signed()));

        OnlyWhole(link.Hmac, hmac => AdvFaultOf(() => AdvVerifier.VerifyLink(new ADVSignedDeviceIdentityHMAC(link) { Hmac = hmac }.ToByteArray(), Secret, Device.Public)), AdvFault.HmacMismatch);
    }

    [Fact]
    public void Of_the_account_under_its_device() =>
        OnlyWhole(Signed().AccountSignature, signature => AdvFaultOf(() => AdvVerifier.VerifyLink(Link(Signed(account: signature)), Secret, Device.Public)), AdvFault.SignatureMismatch);

    [Fact]
    public void Of_the_account_under_another_companion() =>
        OnlyWhole(Signed().AccountSignature, signature => AdvFaultOf(() => AdvVerifier.VerifyCompanion(Signed(account: signature), Device.Public, Account.Public)), AdvFault.SignatureMismatch);

    [Fact]
    public void Of_the_companion_itself() =>
        OnlyWhole(Signed().DeviceSignature, signature => AdvFaultOf(() => AdvVerifier.VerifyCompanion(Signed(device: signature), Device.Public, Account.Public)), AdvFault.SignatureMismatch);

    [Fact]
    public void Of_the_account_key_a_companion_names() =>
        OnlyWhole(ByteString.CopyFrom(Account.Public), key => AdvFaultOf(() => AdvVerifier.VerifyCompanion(new ADVSignedDeviceIdentity(Signed()) { AccountSignatureKey = key }, Device.Public, Account.Public)), AdvFault.SignatureMismatch);

    [Fact]
    public void Of_the_signed_prekey()
    {
        var (alice, bob) = Party.Pair();
        var bundle = bob.Publish();

        OnlyWhole(ByteString.CopyFrom(bundle.SignedPreKeySignature), signature => SignalFaultOf(() => alice.Sessions.BuildSession(bob.Address, bundle with { SignedPreKeySignature = signature.ToByteArray() })), SignalFault.BadSignature);
    }

    [Fact]
    public void Of_a_group_message_by_its_sender_key()
    {
        var (alice, bob) = Party.Acquainted();
        bob.Groups.Process(Party.Group, alice.Address, alice.Groups.DistributionFor(Party.Group, alice.Address));
        var message = alice.WriteGroup("text");

        OnlyWhole(ByteString.CopyFrom(message.AsSpan(^XEdDsa.SignatureSize..)), signature => SignalFaultOf(() => bob.Groups.Decrypt(Party.Group, alice.Address, Ending(message, signature))), SignalFault.BadSignature);
    }

    [Fact]
    public void Of_a_message_by_its_code()
    {
        var (alice, bob) = Party.Acquainted();
        var message = alice.Write(bob, "text").Bytes;

        OnlyWhole(ByteString.CopyFrom(message.AsSpan(^8..)), mac => SignalFaultOf(() => bob.Sessions.Decrypt(alice.Address, CiphertextType.Message, Ending(message, mac))), SignalFault.BadMac);
    }

    /// <summary>The damaged ones first: what was read once is a duplicate afterwards.</summary>
    private static void OnlyWhole<TFault>(ByteString whole, Func<ByteString, TFault?> fault, TFault expected)
        where TFault : struct, Enum
    {
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var turned = whole.ToByteArray();
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(expected.Equals(fault(ByteString.CopyFrom(turned))), $"bit {bit}: {fault(ByteString.CopyFrom(turned))}");
        }

        Assert.Null(fault(whole));
    }

    private static CertChain Chain() => CertChain.Parser.ParseFrom(Certificates.Chain);

    private static NoiseFault? ChainFault(Action<CertChain> change)
    {
        var chain = Chain();
        change(chain);
        return Fault<NoiseHandshakeException, NoiseFault>(() => NoiseCertificateCheck.Verify(chain.ToByteArray(), Certificates.ServerKey.Public, new(Certificates.Root.Public), Now), fault => fault.Reason);
    }

    private static AdvFault? AdvFaultOf(Action verify) => Fault<AdvException, AdvFault>(verify, fault => fault.Fault);

    private static SignalFault? SignalFaultOf(Action verify) => Fault<SignalException, SignalFault>(verify, fault => fault.Fault);

    private static TFault? Fault<TException, TFault>(Action act, Func<TException, TFault> read)
        where TException : Exception
        where TFault : struct, Enum => Record.Exception(act) switch
        {
            null => null,
            TException fault => read(fault),
            var other => throw other,
        };

    private static byte[] Ending(byte[] message, ByteString end) => [.. message[..^end.Length], .. end.Span];

    private static ADVSignedDeviceIdentity Signed(ByteString? account = null, ByteString? device = null) => new()
    {
        Details = ByteString.CopyFrom(Details),
        AccountSignatureKey = ByteString.CopyFrom(Account.Public),
        AccountSignature = account ?? ByteString.CopyFrom(XEdDsa.Sign(Account.Private, (byte[])[6, 0, .. Details, .. Device.Public], Chance)),
        DeviceSignature = device ?? ByteString.CopyFrom(XEdDsa.Sign(Device.Private, (byte[])[6, 1, .. Details, .. Device.Public, .. Account.Public], Chance)),
    };

    private static byte[] Link(ADVSignedDeviceIdentity signed)
    {
        var bytes = signed.ToByteArray();
        return new ADVSignedDeviceIdentityHMAC { Details = ByteString.CopyFrom(bytes), Hmac = ByteString.CopyFrom(HMACSHA256.HashData(Secret, bytes)) }.ToByteArray();
    }
}
