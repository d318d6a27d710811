using WhatsApp.Connection;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.Groups;

/// <summary>Reads groups from the service and keeps what it says.</summary>
internal sealed class GroupDirectory(ISessionDatabase database, IStanzaSender sender, EventStream events, TimeProvider time)
{
    /// <summary>One group, fresh.</summary>
    /// <exception cref="GroupUnavailableException">The service does not show it to us.</exception>
    public async Task<GroupRoster> ReadAsync(Jid group, CancellationToken cancellationToken)
    {
        GroupMetadata? metadata;
        try
        {
            metadata = GroupQueries.ReadOne(await sender.RequestAsync(GroupQueries.One(group), cancellationToken).ConfigureAwait(false));
        }
        catch (IqErrorException refused)
        {
            var reason = refused.Code switch
            {
                401 or 403 => GroupUnavailableReason.NotMember,
                404 => GroupUnavailableReason.NotFound,
                _ => GroupUnavailableReason.Refused,
            };
            if (reason != GroupUnavailableReason.Refused)
            {
                await database.RunAsync("group-forgotten", store => StoredGroup.Forget(store, group, OwnAccount.Of(store)), cancellationToken).ConfigureAwait(false);
            }

            throw new GroupUnavailableException(reason);
        }

        if (metadata is null || metadata.Group != group)
        {
            throw new GroupUnavailableException(GroupUnavailableReason.Refused);
        }

        return (await SaveAsync([metadata], areAll: false, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>All groups we are in, fresh. What is kept of any other goes.</summary>
    public async Task<IReadOnlyList<GroupRoster>> ReadAllAsync(CancellationToken cancellationToken)
    {
        var answer = await sender.RequestAsync(GroupQueries.Participating(), cancellationToken).ConfigureAwait(false);
        var groups = GroupQueries.ReadParticipating(answer);
        return await SaveAsync(groups ?? [], areAll: groups is not null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is known without asking; null when nothing is, or when it may be out of date.</summary>
    public Task<GroupRoster?> FindAsync(Jid group, CancellationToken cancellationToken) => database.RunAsync(
        "group-read",
        store =>
        {
            var own = OwnAccount.Of(store);
            return StoredGroup.Load(store, group) is { Stale: false } known ? known.ToRoster(group, own, new People(store, own, time)) : null;
        },
        cancellationToken);

    private async Task<IReadOnlyList<GroupRoster>> SaveAsync(IReadOnlyList<GroupMetadata> groups, bool areAll, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        var (rosters, news) = await database.RunAsync(
            "groups-read",
            store =>
            {
                var own = OwnAccount.Of(store);
                var people = new People(store, own, time);
                var rosters = new List<GroupRoster>();
                var told = false;
                foreach (var gone in areAll ? store.Groups.All.Except(groups.Select(metadata => metadata.Group)) : [])
                {
                    StoredGroup.Forget(store, gone, own);
                    told |= Tell(store, gone, readAt);
                }

                foreach (var metadata in groups)
                {
                    foreach (var member in metadata.Members)
                    {
                        people.Learn(member);
                    }

                    var group = StoredGroup.Of(metadata) with { ReadAt = readAt };
                    told |= areAll && StoredGroup.Load(store, metadata.Group) is { } before && !before.IsAsIn(group, people) && Tell(store, metadata.Group, readAt);
                    group.Save(store, metadata.Group, own, people, readAt);
                    rosters.Add(group.ToRoster(metadata.Group, own, people));
                }

                return (rosters, people.HasNews || told);
            },
            cancellationToken).ConfigureAwait(false);
        if (news)
        {
            events.Wake();
        }

        return rosters;
    }

    /// <summary>What was known was wrong in some way: the host has to read it again.</summary>
    private static bool Tell(SessionTransaction store, Jid group, DateTimeOffset at)
    {
        var stored = new StoredEvent { Kind = EventKind.Group, At = at.ToUnixTimeMilliseconds(), Chat = group.ToString(), Change = (int)GroupChange.Stale };
        return store.Inbound.Add(StoreKey.Of("group", $"{group}|read|{at.ToUnixTimeMilliseconds()}"), nameof(EventKind.Group), stored.Write(), receipt: null, at, offline: false) is not null;
    }
}
