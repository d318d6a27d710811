using System.Globalization;
using Sandbox.Service.Requests;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Groups;

/// <summary>Requests of xmlns <c>w:g2</c>: looking at groups, and changing who is in them.</summary>
internal sealed class GroupDesk(ServiceCore core)
{
    public Node Answer(DeviceKey from, Node request)
    {
        var asker = core.Accounts[from.Account];
        var to = request.JidOf("to") ?? Jid.Groups;
        if (!to.IsGroup)
        {
            return AnswerGeneral(asker, request);
        }

        if (core.Groups.Find(to) is not { } group)
        {
            return Replies.Error(request, 404, "item-not-found");
        }

        if (group.MemberOf(asker.Id) is not { } member)
        {
            return Replies.Error(request, 403, "forbidden");
        }

        if (request["type"] == "get")
        {
            return request.Child("query") is not null ? Replies.Result(request, GroupNodes.Whole(group, core.Accounts, asker))
                : request.Child("invite") is not null ? Replies.Result(request, new Node("invite", new() { ["code"] = group.InviteCode }))
                : Unknown(request);
        }

        return request.FirstChild() is { Tag: "add" or "remove" or "promote" or "demote" or "subject" or "announcement" or "not_announcement" } change
            ? member.IsAdmin ? Replies.Result(request, Change(group, asker, change)) : Replies.Error(request, 403, "forbidden")
            : Unknown(request);
    }

    public Group Create(string subject, GroupAddressing addressing, IReadOnlyList<Account> members)
    {
        var group = new Group
        {
            User = "1203630" + core.Options.Random.Digits(11),
            Subject = subject,
            Addressing = addressing,
            Creator = members[0].Id,
            CreatedAt = core.Now,
            InviteCode = Convert.ToHexString(core.Options.Random.Bytes(11)),
            Members = [.. members.Select((member, index) => new GroupMember { Account = member.Id, JoinedAt = core.Now, IsAdmin = index == 0 })],
        };
        core.Groups.Save(group);
        core.Timeline.Add(WorldEventKinds.GroupChanged, group.Creator, $"group made with {members.Count} members");
        core.Notices.GroupChange(group, members[0], members, reader => new Node("create", new() { ["type"] = "new", ["key"] = core.NewId() }, GroupNodes.Whole(group, core.Accounts, reader)));
        return group;
    }

    private Node AnswerGeneral(Account asker, Node request)
    {
        var child = request.FirstChild();
        switch (child?.Tag)
        {
            case "participating":
                return Replies.Result(request, new Node("groups", null, [.. core.Groups.Of(asker.Id).Select(group => GroupNodes.Whole(group, core.Accounts, asker))]));
            case "leave":
                return Replies.Result(request, new Node("leave", null, [.. child.ChildrenOf("group").Select(item => Leave(asker, item["id"]))]));
            case "invite":
                return Invite(asker, request, child["code"]);
            case "create":
                var members = child.ChildrenOf("participant").Select(item => item.JidOf("jid") is { } jid ? core.Accounts.Find(jid) : null).OfType<Account>();
                var made = Create(child["subject"] ?? "", GroupAddressing.Lid, [asker, .. members.Where(member => member.Id != asker.Id).Distinct()]);
                return Replies.Result(request, GroupNodes.Whole(made, core.Accounts, asker));
            default:
                return Unknown(request);
        }
    }

    private Node Leave(Account asker, string? id)
    {
        var jid = Jid.TryParse(id, out var parsed) && parsed.IsGroup ? parsed : new Jid(id ?? "", JidServers.Group);
        if (core.Groups.Find(jid) is not { } group || group.MemberOf(asker.Id) is null)
        {
            return new Node("group", new() { ["id"] = jid, ["error"] = "404" });
        }

        Remove(group, asker, [asker]);
        return new Node("group", new() { ["id"] = jid });
    }

    private Node Invite(Account asker, Node request, string? code)
    {
        if (core.Groups.All.FirstOrDefault(group => group.InviteCode == code) is not { } group)
        {
            return Replies.Error(request, 406, "not-acceptable");
        }

        if (request["type"] == "get")
        {
            return Replies.Result(request, GroupNodes.Whole(group, core.Accounts, asker));
        }

        if (group.MemberOf(asker.Id) is not null)
        {
            return Replies.Error(request, 304, "not-modified");
        }

        Add(group, asker, [asker], "invite");
        return Replies.Result(request, new Node("group", new() { ["jid"] = group.Jid }));
    }

    private Node Change(Group group, Account asker, Node change)
    {
        if (change.Tag is "subject" or "announcement" or "not_announcement")
        {
            (group.Subject, group.AdminsOnly) = change.Tag == "subject" ? (change.Text ?? "", group.AdminsOnly) : (group.Subject, change.Tag == "announcement");
            core.Groups.Save(group);
            core.Notices.GroupChange(group, asker, Members(group), _ => change.Tag == "subject"
                ? new Node("subject", new() { ["subject"] = group.Subject, ["s_o"] = asker.Address(group.Addressing == GroupAddressing.Lid), ["s_t"] = core.Now })
                : new Node(change.Tag));
            return new Node(change.Tag);
        }

        List<Node> answers = [];
        List<Account> done = [];
        foreach (var jid in change.ChildrenOf("participant").Select(item => item.JidOf("jid")))
        {
            var account = jid is { } address ? core.Accounts.Find(address) : null;
            var member = account is null ? null : group.MemberOf(account.Id);
            var error = account is null || (member is null && change.Tag != "add") ? "404" : member is not null && change.Tag == "add" ? "409" : null;
            answers.Add(new Node("participant", new() { ["jid"] = jid, ["error"] = error }));
            if (error is null)
            {
                done.Add(account!);
            }
        }

        if (done.Count > 0)
        {
            Apply(group, asker, change.Tag, done);
        }

        return new Node(change.Tag, null, answers);
    }

    private void Apply(Group group, Account actor, string change, List<Account> accounts)
    {
        if (change == "add")
        {
            Add(group, actor, accounts, null);
        }
        else if (change == "remove")
        {
            Remove(group, actor, accounts);
        }
        else
        {
            accounts.ForEach(account => group.MemberOf(account.Id)!.IsAdmin = change == "promote");
            Tell(group, actor, Members(group), change, null, accounts);
        }
    }

    private void Add(Group group, Account actor, List<Account> accounts, string? reason)
    {
        var before = Members(group);
        group.Members.AddRange(accounts.Select(account => new GroupMember { Account = account.Id, JoinedAt = core.Now }));
        Tell(group, actor, before, "add", reason, accounts);

        // Whoever came in sees the group as new.
        core.Notices.GroupChange(group, actor, accounts, reader => new Node("create", new() { ["reason"] = reason }, GroupNodes.Whole(group, core.Accounts, reader)));
    }

    private void Remove(Group group, Account actor, List<Account> accounts)
    {
        var before = Members(group);
        group.Members.RemoveAll(member => accounts.Any(account => account.Id == member.Account));
        Tell(group, actor, before, "remove", null, accounts);
    }

    private void Tell(Group group, Account actor, IReadOnlyList<Account> readers, string change, string? reason, List<Account> accounts)
    {
        var previous = group.Version++;
        core.Groups.Save(group);
        core.Timeline.Add(WorldEventKinds.GroupChanged, actor.Id, $"{change}: {string.Join(", ", accounts.Select(account => account.Id))}");
        core.Notices.GroupChange(group, actor, readers, reader => new Node(
            change,
            new()
            {
                ["reason"] = reason,
                ["prev_v_id"] = previous.ToString(CultureInfo.InvariantCulture),
                ["v_id"] = group.Version.ToString(CultureInfo.InvariantCulture),
            },
            [.. accounts.Select(account => GroupNodes.Member(group, account, reader, group.MemberOf(account.Id)?.IsAdmin ?? false, group.Creator == account.Id))]));
    }

    private IReadOnlyList<Account> Members(Group group) => [.. group.Members.Select(member => core.Accounts[member.Account])];

    private Node Unknown(Node request)
    {
        core.Drift.Count($"w:g2 {request["type"]} <{request.FirstChild()?.Tag}>", core.Timeline);
        return Replies.Error(request, 501, "feature-not-implemented");
    }
}
