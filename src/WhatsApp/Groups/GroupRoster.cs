namespace WhatsApp;

/// <summary>A member of a group.</summary>
/// <param name="Jid">The address the group knows the member by.</param>
/// <param name="Phone">By phone number, if known.</param>
/// <param name="Lid">By LID, if known.</param>
/// <param name="IsAdmin">Administrator of the group.</param>
public sealed record GroupMember(Jid Jid, Jid? Phone, Jid? Lid, bool IsAdmin)
{
    /// <summary>Nothing personal.</summary>
    public override string ToString() => IsAdmin ? "GroupMember (admin)" : "GroupMember";
}

/// <summary>A group as the service showed it.</summary>
/// <param name="Group">Its address.</param>
/// <param name="Subject">Its name.</param>
/// <param name="LidAddressing">Members are addressed by LID.</param>
/// <param name="Members">Who is in.</param>
/// <param name="WeAreMember">This account is in.</param>
/// <param name="WeAreAdmin">This account is an administrator.</param>
/// <param name="Announcement">Only administrators may write.</param>
/// <param name="ReadAt">When the service was asked.</param>
public sealed record GroupRoster(
    Jid Group,
    string Subject,
    bool LidAddressing,
    IReadOnlyList<GroupMember> Members,
    bool WeAreMember,
    bool WeAreAdmin,
    bool Announcement,
    DateTimeOffset ReadAt)
{
    /// <summary>The size only.</summary>
    public override string ToString() => $"GroupRoster of {Members.Count}";
}
