using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Compliance.Redaction;

namespace WaBot.Logging;

/// <summary>Shows a person as eight letters that stay the same until the process ends and lead nobody back to the number.</summary>
internal sealed class KeyedHashRedactor : Redactor
{
    private const int Shown = 8;

    // Numbers are few enough to be tried one by one, so the key lives in memory only and dies with the process.
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    public override int GetRedactedLength(ReadOnlySpan<char> input) => input.IsEmpty ? 0 : Shown;

    public override int Redact(ReadOnlySpan<char> source, Span<char> destination)
    {
        if (source.IsEmpty)
        {
            return 0;
        }
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(source.ToString()));
        Convert.ToHexStringLower(hash.AsSpan(0, Shown / 2)).CopyTo(destination);
        return Shown;
    }
}
