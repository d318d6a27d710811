namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>Every look at it is a millisecond later: no two states have the same time, as with the oracle's finer clock.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private long _looks;

    public override DateTimeOffset GetUtcNow() => _start.AddMilliseconds(Interlocked.Increment(ref _looks));
}
