using System.Buffers.Binary;
using Shared.Chance;
using Shared.Claims;

namespace Provisioning.Steps;

/// <summary>When the next try is due. A fifth is added at random, so that claims that failed together do not come back together.</summary>
internal sealed class RetryTimes(TimeProvider time, IRandomBytes random)
{
    // After an unclear answer the panel may need 30 s to take back what it had begun (15 s for the node, 15 s for the clean-up).
    private static readonly TimeSpan[] AfterFailures = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120)];
    private static readonly TimeSpan[] AfterDaemonFailures = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public DateTimeOffset AfterFailure(Claim claim) => In(AfterFailures[Math.Min(claim.FailedAttempts, AfterFailures.Length - 1)]);

    public DateTimeOffset AfterDaemonFailure(Claim claim) => In(AfterDaemonFailures[Math.Min(claim.FailedAttempts, AfterDaemonFailures.Length - 1)]);

    /// <summary>While the panel is out of reach: the longer it has been, the longer the next pause, up to a minute.</summary>
    public DateTimeOffset WhileUnreachable(Claim claim)
    {
        var so = claim.WaitingSince is { } since ? (time.GetUtcNow() - since) / 2 : ShortestWait;
        return In(so < ShortestWait ? ShortestWait : so > LongestWait ? LongestWait : so);
    }

    public DateTimeOffset In(TimeSpan delay)
    {
        Span<byte> draw = stackalloc byte[4];
        random.Fill(draw);
        var share = BinaryPrimitives.ReadUInt32LittleEndian(draw) / (double)uint.MaxValue;
        return time.GetUtcNow() + delay + (delay * 0.2 * share);
    }
}
