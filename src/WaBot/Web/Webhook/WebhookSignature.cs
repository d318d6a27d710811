using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WaBot.Options;

namespace WaBot.Web.Webhook;

/// <summary>Proves that a call was made, a moment ago, by somebody who has the secret. See docs/webhook.md.</summary>
internal sealed class WebhookSignature(WebhookOptions options, TimeProvider time)
{
    public const string TimestampHeader = "X-Timestamp";
    public const string SignatureHeader = "X-Signature";

    public bool IsConfigured => options.Secret is not null;

    /// <summary>How long a nonce has to be remembered: as long as its time stamp could still be accepted.</summary>
    public TimeSpan NonceLife => options.Window * 2;

    public bool IsValid(string? timestamp, string? signature, ReadOnlySpan<byte> body)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || signature?.Length != HMACSHA256.HashSizeInBytes * 2)
        {
            return false;
        }
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Convert.FromHexString(signature, given, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }
        // Both keys are always tried, and the time is looked at last: how long the answer takes tells nothing.
        var current = Fits(options.Secret, timestamp, body, given);
        var previous = Fits(options.PreviousSecret, timestamp, body, given);
        return (current | previous) && Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= options.Window.TotalSeconds;
    }

    public static byte[] Compute(string secret, string timestamp, ReadOnlySpan<byte> body) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(timestamp), (byte)'.', .. body]);

    private static bool Fits(string? secret, string timestamp, ReadOnlySpan<byte> body, ReadOnlySpan<byte> given) =>
        secret is not null && CryptographicOperations.FixedTimeEquals(Compute(secret, timestamp, body), given);
}
