namespace Simulation.Tests.World;

/// <summary>A promise of the client that a history saw broken.</summary>
internal sealed class Violation(string promise, string what) : Exception($"{promise}: {what}")
{
    public string Promise { get; } = promise;
}

/// <summary>What the client promises, by the name failures are told under.</summary>
internal static class Promises
{
    public const string NothingLost = "nothing is lost";
    public const string NoneTwice = "none is shown twice";
    public const string ReceiptAfterHost = "a receipt follows the host's acknowledgement";
    public const string NoKeyReuse = "no counter or key is used twice";
    public const string Identical = "a resend is identical to the byte";
    public const string Readable = "each member device can read";
    public const string NotByRemoved = "who was removed cannot read";
    public const string PreKeysOnce = "prekey ids are never reused";
    public const string SessionsKept = "a session or key that was good is not lost";
    public const string BoundedRetries = "retries are bounded";
    public const string Converges = "the final state converges";
}
