using System.Security.Cryptography;
using System.Text.Json;

namespace WhatsApp.Pairing;

/// <summary>What an authenticator signed, as a browser writes it. The signature is the service's to check; here only what a person may have pasted wrongly.</summary>
internal sealed record PasskeyAssertion(byte[] CredentialId, byte[] Json)
{
    private const int LongestJson = 64 * 1024;

    public static (LinkingAnswer Outcome, PasskeyAssertion? Assertion) Read(string answer, ReadOnlySpan<byte> challenge)
    {
        if (answer.Length > LongestJson)
        {
            return (LinkingAnswer.Malformed, null);
        }

        try
        {
            using var document = JsonDocument.Parse(answer.Trim());
            var root = document.RootElement;
            var id = PasskeyOptions.Bytes(PasskeyOptions.Text(root, "rawId") ?? PasskeyOptions.Text(root, "id"));
            if (root.ValueKind != JsonValueKind.Object || id is not { Length: > 0 } || !root.TryGetProperty("response", out var response)
                || PasskeyOptions.Bytes(PasskeyOptions.Text(response, "clientDataJSON")) is not { Length: > 0 } client
                || PasskeyOptions.Bytes(PasskeyOptions.Text(response, "authenticatorData")) is not { Length: > 0 }
                || PasskeyOptions.Bytes(PasskeyOptions.Text(response, "signature")) is not { Length: > 0 })
            {
                return (LinkingAnswer.Malformed, null);
            }

            using var signed = JsonDocument.Parse(client);
            return PasskeyOptions.Text(signed.RootElement, "type") != "webauthn.get" ? (LinkingAnswer.Malformed, null)
                : !CryptographicOperations.FixedTimeEquals(PasskeyOptions.Bytes(PasskeyOptions.Text(signed.RootElement, "challenge")) ?? [], challenge) ? (LinkingAnswer.Stale, null)
                : (LinkingAnswer.Taken, new PasskeyAssertion(id, JsonSerializer.SerializeToUtf8Bytes(root, JsonTexts.Default.JsonElement)));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // the latter: a text that is no UTF-8
        {
            return (LinkingAnswer.Malformed, null);
        }
    }

    public override string ToString() => nameof(PasskeyAssertion);
}
