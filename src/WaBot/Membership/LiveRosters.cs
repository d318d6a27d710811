using Shared.Membership;
using WaBot.Inbox;
using WhatsApp;

namespace WaBot.Membership;

/// <summary>Rosters as the service gave them, with the instant they were asked for. One request a group at a time, shared by all who wait.</summary>
internal sealed class LiveRosters(IWhatsAppClient client, TimeProvider time)
{
    private readonly Dictionary<string, Reading> readings = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>A roster not older than <paramref name="maxAge"/>.</summary>
    /// <exception cref="NotConnectedException">No session.</exception>
    /// <exception cref="GroupUnavailableException">The service does not show it.</exception>
    /// <exception cref="TimeoutException">No answer.</exception>
    public Task<RosterRead> ReadAsync(Jid group, TimeSpan maxAge, CancellationToken ct)
    {
        lock (gate)
        {
            if (readings.TryGetValue(group.ToString(), out var known) && known.IsUsable && time.GetElapsedTime(known.AskedAt) <= maxAge)
            {
                return known.Answer.WaitAsync(ct);
            }
            // Not the caller's token: others may wait for the same answer.
            var fresh = new Reading(time.GetTimestamp(), AskAsync(group));
            readings[group.ToString()] = fresh;
            return fresh.Answer.WaitAsync(ct);
        }
    }

    /// <summary>Somebody came or went: what was read before does not count.</summary>
    public void Forget(string group)
    {
        lock (gate)
        {
            readings.Remove(group);
        }
    }

    private async Task<RosterRead> AskAsync(Jid group)
    {
        var askedAt = time.GetUtcNow();
        var roster = await client.GetGroupAsync(group, CancellationToken.None);
        var own = client.Status;
        var others = roster.Members
            .Where(m => !IsOurs(m.Jid, own) && !IsOurs(m.Phone, own) && !IsOurs(m.Lid, own))
            .Select(StoredEvents.ToIdentity).ToList();
        return new RosterRead(roster.Subject, others, roster.WeAreMember) { AskedAt = askedAt };
    }

    private static bool IsOurs(Jid? jid, SessionStatus own) =>
        jid is { } someone && (someone.Bare == own.OwnPhone?.Bare || someone.Bare == own.OwnLid?.Bare);

    private sealed record Reading(long AskedAt, Task<RosterRead> Answer)
    {
        public bool IsUsable => !Answer.IsFaulted && !Answer.IsCanceled;
    }
}
