using WhatsApp.Binary;

namespace WhatsApp.Groups;

/// <summary>One <c>w:gp2</c> notification: who did what in a group, possibly several things at once. Source: facts 12.3.</summary>
internal sealed record GroupNotification(
    string Id,
    Jid Group,
    DateTimeOffset At,
    bool Offline,
    GroupMember? Author,
    IReadOnlyList<GroupNotice> Notices)
{
    /// <exception cref="MalformedNodeException">The stanza breaks its own rules.</exception>
    public static GroupNotification Read(Node node)
    {
        var reader = new NodeReader(node, "notification");
        var id = reader.RequiredString("id");
        var group = reader.RequiredJid("from");
        var at = reader.RequiredUnixSeconds("t");
        var author = reader.OptionalJid("participant");
        reader.ThrowIfMalformed();
        if (!group.IsGroup)
        {
            throw new MalformedNodeException("notification", ["attribute 'from' is no group"]);
        }

        return new GroupNotification(
            id,
            group,
            at,
            node["offline"] is not null,
            author is { IsPerson: true } person
                ? GroupMetadata.Member(person, node.JidOf("participant_pn"), node.JidOf("participant_lid"), isAdmin: false)
                : null,
            [.. node.Children.Select(GroupNotice.Read).OfType<GroupNotice>()]);
    }
}

/// <summary>One change inside a notification, as written; who is who is told apart later, with the identities known.</summary>
internal abstract record GroupNotice
{
    /// <summary>Null for changes that concern nobody here, such as new invite links.</summary>
    public static GroupNotice? Read(Node child) => child.Tag switch
    {
        "add" => Members(child, MembersChange.Joined),
        "remove" => Members(child, MembersChange.Left),
        "promote" => Members(child, MembersChange.Promoted),
        "demote" => Members(child, MembersChange.Demoted),
        "modify" => Members(child, MembersChange.NumberChanged),
        "create" => new GroupCreated(child.Child("group") is { } group ? GroupMetadata.Read(group) : null, child["type"] == "new"),
        "delete" => new GroupClosed(GroupChange.Deleted),
        "suspended" => new GroupClosed(GroupChange.Suspended),
        "subject" => new GroupInfo { Subject = child["subject"] },
        "announcement" => new GroupInfo { Announcement = true },
        "not_announcement" => new GroupInfo { Announcement = false },
        "description" or "locked" or "unlocked" or "ephemeral" or "not_ephemeral" or "unsuspended" or
            "member_add_mode" or "membership_approval_mode" or "limit_sharing" => new GroupInfo(),
        _ => null,
    };

    private static MembersNotice? Members(Node child, MembersChange change)
    {
        var members = GroupMetadata.ReadMembers(child);
        return members.Count == 0 ? null : new MembersNotice(change, members, child["reason"], child["prev_v_id"], child["v_id"]);
    }
}

internal sealed record MembersNotice(MembersChange Change, IReadOnlyList<GroupMember> Members, string? Reason, string? PreviousVersion, string? Version) : GroupNotice;

/// <summary>A group that was made just now, or one we came into that had existed.</summary>
internal sealed record GroupCreated(GroupMetadata? Metadata, bool IsNew) : GroupNotice;

internal sealed record GroupClosed(GroupChange Change) : GroupNotice;

/// <summary>What changed about the group itself; null where it did not, or where nothing here depends on it.</summary>
internal sealed record GroupInfo : GroupNotice
{
    public string? Subject { get; init; }

    public bool? Announcement { get; init; }
}
