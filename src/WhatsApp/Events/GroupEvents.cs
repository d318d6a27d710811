namespace WhatsApp;

/// <summary>What happened to members of a group.</summary>
public enum MembersChange
{
    /// <summary>Came in.</summary>
    Joined,

    /// <summary>Went or was removed.</summary>
    Left,

    /// <summary>Became administrator.</summary>
    Promoted,

    /// <summary>No longer administrator.</summary>
    Demoted,

    /// <summary>Changed the phone number: <see cref="GroupMembersChanged.Actor"/> is who they were, <see cref="GroupMembersChanged.Members"/> holds who they are now.</summary>
    NumberChanged,
}

/// <summary>
/// Members of a group changed. Comes for each change the service tells, also for those made while we were away, in their order.
/// The roster kept here has changed already; who needs certainty reads it again with <see cref="IWhatsAppClient.GetGroupAsync"/>.
/// </summary>
public sealed record GroupMembersChanged : InboundEvent
{
    /// <summary>The group.</summary>
    public required Jid Group { get; init; }

    /// <summary>What happened.</summary>
    public required MembersChange Change { get; init; }

    /// <summary>To whom. After <see cref="MembersChange.NumberChanged"/> under the new number.</summary>
    public required IReadOnlyList<GroupMember> Members { get; init; }

    /// <summary>Who did it, if the service says so. After <see cref="MembersChange.NumberChanged"/> the same person under the old number.</summary>
    public GroupMember? Actor { get; init; }

    /// <summary>Somebody else did it to them: added or removed.</summary>
    public bool ByActor { get; init; }
}

/// <summary>What happened to a group.</summary>
public enum GroupChange
{
    /// <summary>We were added.</summary>
    Added,

    /// <summary>We were removed or left.</summary>
    Removed,

    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>The service suspended it.</summary>
    Suspended,

    /// <summary>Subject, description or settings changed.</summary>
    InfoChanged,

    /// <summary>What is known of it may be out of date: read it again.</summary>
    Stale,
}

/// <summary>
/// A group itself changed. After <see cref="GroupChange.Stale"/> something was missed: the client reads the group again by itself, and a
/// host that keeps members of its own has to read it too. After Removed, Deleted or Suspended it can no longer be written to.
/// </summary>
public sealed record GroupChanged : InboundEvent
{
    /// <summary>The group.</summary>
    public required Jid Group { get; init; }

    /// <summary>What happened.</summary>
    public required GroupChange Change { get; init; }
}
