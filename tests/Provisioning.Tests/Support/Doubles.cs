using System.Security.Cryptography;
using System.Text;
using Shared.Alerts;
using Shared.FailPoints;
using Shared.Membership;
using Shared.Secrets;

namespace Provisioning.Tests.Support;

/// <summary>Stands for a kill -9: whatever was not committed before this point never happens.</summary>
internal sealed class KilledException(string at) : Exception($"Killed at {at}.");

internal sealed class ScriptedFailPoints : IFailPoints
{
    private readonly List<string> reached = [];

    public string? KillAt { get; set; }

    /// <summary>Dies at the so many-th fail point from now; null or 0: lives.</summary>
    public int? KillAfter { get; set; }

    public IReadOnlyList<string> Reached => reached;

    public void Reach(string name)
    {
        lock (reached)
        {
            reached.Add(name);
        }

        if (name == KillAt || (KillAfter is > 0 && --KillAfter == 0))
        {
            (KillAt, KillAfter) = (null, null);
            throw new KilledException(name);
        }
    }
}

internal sealed class RecordingAlerts : IAlerts
{
    public List<Alert> Raised { get; } = [];

    public Task RaiseAsync(Alert alert, CancellationToken ct)
    {
        Raised.Add(alert);
        return Task.CompletedTask;
    }
}

internal sealed class ScriptedMembership(TimeProvider time) : IMembership
{
    public Presence Answer { get; set; } = Presence.Present;

    /// <summary>How old the reading is that is given out.</summary>
    public TimeSpan Age { get; set; }

    public Task<PresenceReading> CheckAsync(long memberId, TimeSpan maxAge, CancellationToken ct) => Task.FromResult(new PresenceReading(Answer, time.GetUtcNow() - Age));
}

internal sealed class TestProtector : ISecretProtector
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public byte[] Protect(ReadOnlySpan<byte> plain, string purpose)
    {
        using var aes = new AesGcm(Key, 16);
        var nonce = RandomNumberGenerator.GetBytes(12);
        var (cipher, tag) = (new byte[plain.Length], new byte[16]);
        aes.Encrypt(nonce, plain, cipher, tag, Encoding.UTF8.GetBytes(purpose));
        return [.. nonce, .. tag, .. cipher];
    }

    public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose)
    {
        using var aes = new AesGcm(Key, 16);
        var plain = new byte[cipher.Length - 28];
        aes.Decrypt(cipher[..12], cipher[28..], cipher[12..28], plain, Encoding.UTF8.GetBytes(purpose));
        return plain;
    }
}
