using Shared.Members;

namespace Shared.Membership;

/// <summary>One person against one roster, in the forms both are known by.</summary>
internal static class RosterMatch
{
    /// <summary>
    /// Present if any JID agrees. Absent only if every entry could be compared: it names a JID of a kind we know of the member.
    /// A member known by phone alone is not absent from a roster that hides a phone.
    /// </summary>
    public static Presence Of(IReadOnlyCollection<string> aliases, IReadOnlyList<MemberIdentity> roster)
    {
        if (roster.Count == 0 || aliases.Count == 0)
        {
            return Presence.Unknown;
        }
        var mine = aliases.ToHashSet(StringComparer.Ordinal);
        if (roster.Any(entry => entry.Jids.Any(mine.Contains)))
        {
            return Presence.Present;
        }
        var kinds = aliases.Select(Kind).ToHashSet(StringComparer.Ordinal);
        return roster.All(entry => entry.Jids.Any(jid => kinds.Contains(Kind(jid)))) ? Presence.Absent : Presence.Unknown;
    }

    private static string Kind(string jid) => jid[(jid.IndexOf('@', StringComparison.Ordinal) + 1)..];
}
