using System.Security.Cryptography;
using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Proto;
using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>One passage through the passkey gate: its secrets and its stanzas. Source: facts 7.</summary>
internal sealed class PasskeyLink(PasskeyOptions options, byte[]? handoffKey, IRandomSource random)
{
    public static readonly TimeSpan PhonePatience = TimeSpan.FromSeconds(120);

    private const DeviceProps.Types.PlatformType DeviceType = DeviceProps.Types.PlatformType.Chrome; // as we registered

    private readonly KeyPair _ephemeral = KeyPair.Generate(random);
    private readonly byte[] _nonce = random.Bytes(PasskeyCrypto.KeySize);
    private string _reference = "";
    private byte[] _key = [];

    public PasskeyOptions Options => options;

    /// <summary>The phone has read our QR code, and we can prove that we are the one who showed it: no codes need to be compared.</summary>
    public bool IsProved => handoffKey is not null;

    /// <summary>Waits for the phone's keys.</summary>
    public bool IsAnswered => _reference.Length > 0;

    /// <summary>The phone's keys have come; the pairing request can be sealed.</summary>
    public bool HasKey => _key.Length > 0;

    public static Node AskForOptions() => Request("get", new Node("passkey_request_options"));

    public static Node AskForReference() => Request("get", new Node("ref"));

    /// <exception cref="MalformedNodeException">The answer holds no reference.</exception>
    public Node Prologue(Node referenceAnswer, PasskeyAssertion assertion)
    {
        _reference = referenceAnswer.Child("ref")?.Text is { Length: > 0 } reference ? reference : throw new MalformedNodeException("iq", ["child <ref> is missing"]);
        var companion = new CompanionEphemeralIdentity { PublicKey = ByteString.CopyFrom(_ephemeral.Public), DeviceType = DeviceType, Ref = _reference }.ToByteArray();
        var prologue = new ProloguePayload
        {
            CompanionEphemeralIdentity = ByteString.CopyFrom(companion),
            Commitment = new CompanionCommitment { Hash = ByteString.CopyFrom(PasskeyCrypto.Commitment(companion, _nonce)) },
        }.ToByteArray();
        List<Node> parts =
        [
            new Node("credential_id", null, assertion.CredentialId),
            new Node("webauthn_assertion", null, assertion.Json),
            new Node("prologue_payload", null, prologue),
        ];
        if (handoffKey is not null)
        {
            parts.Add(new Node("pairing_handoff_proof", null, HMACSHA256.HashData(handoffKey, prologue)));
        }

        return Request("set", new Node("passkey_prologue", null, parts));
    }

    /// <summary>The phone's keys: what to send next, and the code both screens show.</summary>
    /// <exception cref="MalformedNodeException">They are missing or broken.</exception>
    /// <exception cref="CryptographicException">The phone's key is not one.</exception>
    public (Node Nonce, string Code) Continue(Node notification)
    {
        PrimaryEphemeralIdentity primary;
        try
        {
            primary = PrimaryEphemeralIdentity.Parser.ParseFrom((notification.Child("primary_ephemeral_identity")?.Bytes ?? default).Span);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new MalformedNodeException("primary_ephemeral_identity", ["it is no protobuf"]);
        }

        if (primary.PublicKey.Length != Curve25519.KeySize || primary.Nonce.Length != PasskeyCrypto.KeySize)
        {
            throw new MalformedNodeException("primary_ephemeral_identity", ["a key is of a wrong size"]);
        }

        var agreement = Curve25519.Agree(_ephemeral.Private, primary.PublicKey.Span);
        _key = PasskeyCrypto.RequestKey(agreement, (int)DeviceType, _reference);
        CryptographicOperations.ZeroMemory(agreement);
        return (Request("set", new Node("companion_nonce", null, _nonce)), PasskeyCrypto.VerificationCode(primary.Nonce.Span, _nonce, primary.PublicKey.Span));
    }

    /// <summary>Our keys and the secret that will prove the phone's consent, for the phone alone.</summary>
    public Node PairingRequest(DeviceRow device)
    {
        var plain = new PairingRequest
        {
            CompanionPublicKey = ByteString.CopyFrom(device.Noise.Public),
            CompanionIdentityKey = ByteString.CopyFrom(device.Own.Identity.Public),
            AdvSecret = ByteString.CopyFrom(device.AdvSecret),
        }.ToByteArray();
        var nonce = random.Bytes(PasskeyCrypto.NonceSize);
        var cipher = new byte[plain.Length + PasskeyCrypto.TagSize];
        using (var aes = new AesGcm(_key, PasskeyCrypto.TagSize))
        {
            aes.Encrypt(nonce, plain, cipher.AsSpan(0, plain.Length), cipher.AsSpan(plain.Length));
        }

        CryptographicOperations.ZeroMemory(plain);
        var request = new EncryptedPairingRequest { EncryptedPayload = ByteString.CopyFrom(cipher), Iv = ByteString.CopyFrom(nonce) };
        return Request("set", new Node("encrypted_pairing_request", null, request.ToByteArray()));
    }

    private static Node Request(string type, Node child) => new("iq", new() { ["to"] = Jid.Service, ["type"] = type, ["xmlns"] = "md" }, child);
}
