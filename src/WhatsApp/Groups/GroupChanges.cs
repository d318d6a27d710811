using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Groups;

/// <summary>Applies one notification to what is kept of the group and stores its events, inside one commit. Source: facts 12.3.</summary>
internal sealed class GroupChanges(SessionTransaction store, OwnAccount own, People people, GroupNotification notification)
{
    private int _events;
    private bool _missed;

    /// <summary>True when something before this change was missed, so that the group has to be read again.</summary>
    public bool Apply()
    {
        var author = Known(notification.Author);
        foreach (var notice in notification.Notices)
        {
            switch (notice)
            {
                case MembersNotice members:
                    ApplyMembers(members, author);
                    break;
                case GroupCreated created:
                    ApplyCreated(created);
                    break;
                case GroupInfo info:
                    ApplyInfo(info);
                    break;
                case GroupClosed { Change: GroupChange.Deleted }:
                    StoredGroup.Forget(store, notification.Group, own);
                    Raise(GroupChange.Deleted);
                    break;
                case GroupClosed closed:
                    Raise(closed.Change);
                    break;
            }
        }

        return _missed;
    }

    private void ApplyMembers(MembersNotice notice, GroupMember? author)
    {
        var members = notice.Members.Select(member => Known(member)!).ToList();
        var us = members.Exists(IsUs);
        ApplyToRoster(notice, members, us);
        Raise(new StoredEvent
        {
            Kind = EventKind.Members,
            At = At,
            Change = (int)notice.Change,
            Members = [.. members.Select(StoredMember.Of)],
            Person = author is null ? null : StoredMember.Of(author),
            ByActor = IsByActor(notice, members, author),
        });
        if (us && notice.Change is MembersChange.Left or MembersChange.Joined)
        {
            Raise(notice.Change == MembersChange.Left ? GroupChange.Removed : GroupChange.Added);
        }
    }

    /// <summary>Alone and the same person as the author: left, or came by link. Else somebody else did it; a service without an author counts as somebody.</summary>
    private static bool IsByActor(MembersNotice notice, List<GroupMember> members, GroupMember? author) => notice.Change switch
    {
        MembersChange.NumberChanged => false,
        MembersChange.Joined when notice.Reason == "invite" => false,
        _ => !(members.Count == 1 && author is not null && People.AreSame(members[0], author)),
    };

    private void ApplyToRoster(MembersNotice notice, IReadOnlyList<GroupMember> changed, bool us)
    {
        if (notice.Change == MembersChange.Left)
        {
            StoredGroup.DropSenderKey(store, notification.Group, own);
            if (us)
            {
                StoredGroup.Forget(store, notification.Group, own);
                return;
            }
        }

        if (StoredGroup.Load(store, notification.Group) is not { } known)
        {
            return;
        }

        if (us || (notice.PreviousVersion is not null && known.Version is not null && notice.PreviousVersion != known.Version))
        {
            if (notice.Version is null || notice.Version != known.Version)
            {
                store.Groups.MarkStale(notification.Group); // something in between was missed: only a new reading tells who is in
                _missed = true;
                Raise(GroupChange.Stale);
            }

            return;
        }

        var kept = known.Members.Select(member => member.ToMember()).Where(member => notice.Change == MembersChange.NumberChanged
            ? notification.Author is not { } old || !People.AreSame(people.Complete(member), Known(old)!)
            : !changed.Any(one => People.AreSame(people.Complete(member), one)));
        var members = notice.Change == MembersChange.Left
            ? kept
            : kept.Concat(changed.Select(member => member with { IsAdmin = IsAdminAfter(notice.Change, known, member) }));
        var next = known with { Version = notice.Version ?? known.Version, Members = [.. members.Select(StoredMember.Of)] };
        next.Save(store, notification.Group, own, people, known.ReadAt);
    }

    private bool IsAdminAfter(MembersChange change, StoredGroup known, GroupMember member) => change switch
    {
        MembersChange.Promoted => true,
        MembersChange.Demoted => false,
        MembersChange.Joined => member.IsAdmin,
        _ => known.Members.Any(before => before.IsAdmin && People.AreSame(people.Complete(before.ToMember()), member)),
    };

    private void ApplyCreated(GroupCreated created)
    {
        if (created.Metadata is { } metadata && metadata.Group == notification.Group)
        {
            foreach (var member in metadata.Members)
            {
                people.Learn(member);
            }

            StoredGroup.Of(metadata).Save(store, notification.Group, own, people, notification.At);
        }

        Raise(created.IsNew ? GroupChange.Created : GroupChange.Added);
    }

    private void ApplyInfo(GroupInfo info)
    {
        if (StoredGroup.Load(store, notification.Group) is { } known)
        {
            var next = known with { Subject = info.Subject ?? known.Subject, Announcement = info.Announcement ?? known.Announcement };
            next.Save(store, notification.Group, own, people, known.ReadAt);
        }

        Raise(GroupChange.InfoChanged);
    }

    private GroupMember? Known(GroupMember? member)
    {
        if (member is null)
        {
            return null;
        }

        people.Sight(member);
        return people.Complete(member);
    }

    private bool IsUs(GroupMember member) => own.Owns(member.Jid) || (member.Phone is { } phone && own.Owns(phone)) || (member.Lid is { } lid && own.Owns(lid));

    private long At => notification.At.ToUnixTimeMilliseconds();

    private void Raise(GroupChange change) => Raise(new StoredEvent { Kind = EventKind.Group, At = At, Change = (int)change });

    private void Raise(StoredEvent item)
    {
        var stored = item with { Chat = notification.Group.ToString(), Offline = notification.Offline };
        store.Inbound.Add(
            GroupNotifications.KeyOf(notification, _events++), item.Kind.ToString(), stored.Write(), receipt: null, notification.At, notification.Offline);
    }
}
