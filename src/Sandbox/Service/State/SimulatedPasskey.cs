using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WhatsApp;

namespace Sandbox.Service.State;

/// <summary>A passkey of whatsapp.com: it signs as an authenticator does, and checks as the service does.</summary>
internal sealed class SimulatedPasskey
{
    public const string Party = "whatsapp.com";

    private const string Origin = "https://web.whatsapp.com";
    private const byte PresentAndVerified = 5;

    public required byte[] CredentialId { get; init; }

    /// <summary>PKCS #8.</summary>
    public required byte[] PrivateKey { get; init; }

    public static SimulatedPasskey Make(IRandomSource random)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SimulatedPasskey { CredentialId = random.Bytes(16), PrivateKey = key.ExportPkcs8PrivateKey() };
    }

    /// <summary>PublicKeyCredentialRequestOptions for a challenge.</summary>
    public byte[] OptionsFor(byte[] challenge) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        challenge = Base64Url.EncodeToString(challenge),
        timeout = 300_000,
        rpId = Party,
        allowCredentials = new[] { new { type = "public-key", id = Base64Url.EncodeToString(CredentialId) } },
        userVerification = "preferred",
    });

    /// <summary>What a browser on web.whatsapp.com would give for these options.</summary>
    public string Sign(byte[] challenge)
    {
        var client = JsonSerializer.SerializeToUtf8Bytes(new { type = "webauthn.get", challenge = Base64Url.EncodeToString(challenge), origin = Origin, crossOrigin = false });
        byte[] data = [.. SHA256.HashData(Encoding.ASCII.GetBytes(Party)), PresentAndVerified, 0, 0, 0, 1];
        using var key = Key();
        var signature = key.SignData((byte[])[.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.Serialize(new
        {
            id = Base64Url.EncodeToString(CredentialId),
            rawId = Base64Url.EncodeToString(CredentialId),
            type = "public-key",
            authenticatorAttachment = "platform",
            clientExtensionResults = new { },
            response = new { clientDataJSON = Base64Url.EncodeToString(client), authenticatorData = Base64Url.EncodeToString(data), signature = Base64Url.EncodeToString(signature) },
        });
    }

    /// <summary>Whether this passkey has signed this challenge on WhatsApp's own page.</summary>
    public bool HasSigned(byte[] challenge, ReadOnlySpan<byte> credentialId, ReadOnlyMemory<byte> assertion)
    {
        try
        {
            using var document = JsonDocument.Parse(assertion);
            var response = document.RootElement.GetProperty("response");
            var (client, data, signature) = (Bytes(response, "clientDataJSON"), Bytes(response, "authenticatorData"), Bytes(response, "signature"));
            using var signed = JsonDocument.Parse(client);
            using var key = Key();
            return credentialId.SequenceEqual(CredentialId)
                && signed.RootElement.GetProperty("type").GetString() == "webauthn.get"
                && signed.RootElement.GetProperty("origin").GetString() == Origin
                && Bytes(signed.RootElement, "challenge").AsSpan().SequenceEqual(challenge)
                && data.AsSpan(0, SHA256.HashSizeInBytes).SequenceEqual(SHA256.HashData(Encoding.ASCII.GetBytes(Party)))
                && (data[SHA256.HashSizeInBytes] & 1) == 1
                && key.VerifyData((byte[])[.. data, .. SHA256.HashData(client)], signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentOutOfRangeException or CryptographicException)
        {
            return false; // not an assertion at all
        }
    }

    public override string ToString() => nameof(SimulatedPasskey);

    private static byte[] Bytes(JsonElement element, string name) => Base64Url.DecodeFromChars(element.GetProperty(name).GetString());

    private ECDsa Key()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(PrivateKey, out _);
        return key;
    }
}
