using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;

namespace Sandbox.Phones;

/// <summary>The phone's side behind the passkey gate: it holds the companion to its commitment, shows the code, and opens the pairing request.</summary>
internal sealed class PhonePasskeyTry(byte[] companion, byte[] commitment, IRandomSource random)
{
    private readonly KeyPair _ephemeral = KeyPair.Generate(random);
    private readonly byte[] _nonce = random.Bytes(PasskeyCrypto.KeySize);
    private byte[] _key = [];

    /// <summary>The code the phone shows; null until the companion has opened its commitment.</summary>
    public string? Code { get; private set; }

    /// <summary>The phone's keys.</summary>
    public byte[] Identity => new PrimaryEphemeralIdentity { PublicKey = ByteString.CopyFrom(_ephemeral.Public), Nonce = ByteString.CopyFrom(_nonce) }.ToByteArray();

    /// <summary>Reads the companion's prologue; null when it is none.</summary>
    public static PhonePasskeyTry? Read(ReadOnlySpan<byte> prologue, string reference, IRandomSource random)
    {
        try
        {
            var payload = ProloguePayload.Parser.ParseFrom(prologue);
            var identity = CompanionEphemeralIdentity.Parser.ParseFrom(payload.CompanionEphemeralIdentity);
            return identity.PublicKey.Length == Curve25519.KeySize && identity.Ref == reference
                ? new PhonePasskeyTry(payload.CompanionEphemeralIdentity.ToByteArray(), payload.Commitment.Hash.ToByteArray(), random)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>False when the nonce is another than the one committed to.</summary>
    public bool Open(ReadOnlySpan<byte> companionNonce)
    {
        if (!PasskeyCrypto.Commitment(companion, companionNonce).AsSpan().SequenceEqual(commitment))
        {
            return false;
        }

        var identity = CompanionEphemeralIdentity.Parser.ParseFrom(companion);
        _key = PasskeyCrypto.RequestKey(Curve25519.Agree(_ephemeral.Private, identity.PublicKey.Span), (int)identity.DeviceType, identity.Ref);
        Code = LinkingCodes.Shown(PasskeyCrypto.VerificationCode(_nonce, companionNonce, _ephemeral.Public));
        return true;
    }

    /// <summary>The companion's keys and secret; null when the request cannot be opened.</summary>
    public PairingRequest? Read(ReadOnlySpan<byte> request)
    {
        try
        {
            var envelope = EncryptedPairingRequest.Parser.ParseFrom(request);
            var cipher = envelope.EncryptedPayload.Span;
            var plain = new byte[cipher.Length - PasskeyCrypto.TagSize];
            using var aes = new AesGcm(_key, PasskeyCrypto.TagSize);
            aes.Decrypt(envelope.Iv.Span, cipher[..plain.Length], cipher[plain.Length..], plain);
            return PairingRequest.Parser.ParseFrom(plain);
        }
        catch (Exception fault) when (fault is CryptographicException or InvalidProtocolBufferException or OverflowException or ArgumentException)
        {
            return null;
        }
    }
}
