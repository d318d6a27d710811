namespace Shared.Membership;

/// <summary>Whether somebody is in a target group. Unknown can delay a claim; it never starts or allows a deletion.</summary>
public enum Presence
{
    Unknown = 0,
    Present = 1,
    Absent = 2,
}

/// <summary>What a look at the rosters said, and when the oldest roster behind it was asked for.</summary>
public sealed record PresenceReading(Presence Presence, DateTimeOffset AskedAt)
{
    /// <summary>Nothing was seen: good for everything but a deletion of what was active.</summary>
    public static PresenceReading Unknown { get; } = new(Presence.Unknown, DateTimeOffset.MinValue);
}

/// <summary>The live check, implemented by the host on the WhatsApp session.</summary>
public interface IMembership
{
    /// <summary>
    /// Present when the member stands in any target group's roster, absent when every target group was read and holds nobody who could be the member,
    /// unknown on any doubt. The roster read behind the answer is not older than <paramref name="maxAge"/>. Gives up after 5 s with unknown; never throws for network trouble.
    /// </summary>
    Task<PresenceReading> CheckAsync(long memberId, TimeSpan maxAge, CancellationToken ct);
}
