using Microsoft.Extensions.Time.Testing;

namespace Shared.Tests.Support;

/// <summary>Wall clock and monotonic clock that can part: a jump moves only the wall.</summary>
internal sealed class SplitTime : TimeProvider
{
    private readonly FakeTimeProvider both = new(new DateTimeOffset(2026, 11, 22, 7, 0, 0, TimeSpan.Zero));
    private TimeSpan jumped;

    public override long TimestampFrequency => both.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => both.GetUtcNow() + jumped;

    public override long GetTimestamp() => both.GetTimestamp();

    public void Pass(TimeSpan time) => both.Advance(time);

    public void JumpWall(TimeSpan by) => jumped += by;
}
