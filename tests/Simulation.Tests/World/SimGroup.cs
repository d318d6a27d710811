using WhatsApp;
using WhatsApp.Binary;

namespace Simulation.Tests.World;

/// <summary>A group as the service knows it. The bot's account is always in.</summary>
internal sealed class SimGroup(Jid jid, bool byLid)
{
    private readonly Dictionary<Account, int> _changed = [];

    public Jid Jid { get; } = jid;

    public bool ByLid { get; } = byLid;

    public int Version { get; private set; } = 1;

    public List<Account> Members { get; } = [];

    /// <summary>Members whose joining the client has been told and has acknowledged.</summary>
    public HashSet<Account> Announced { get; } = [];

    /// <summary>Former members whose leaving the client has acknowledged.</summary>
    public HashSet<Account> KnownGone { get; } = [];

    public Jid NameOf(Account account) => ByLid ? account.Lid : account.Phone;

    public Node Write() => new(
        "group",
        new() { ["id"] = Jid.User, ["subject"] = "Group", ["addressing_mode"] = ByLid ? "lid" : "pn", ["p_v_id"] = Version },
        [.. Members.Select(Participant)]);

    public Node Add(string id, Account author, Account comes, long at)
    {
        Members.Add(comes);
        KnownGone.Remove(comes);
        _changed[comes] = Version + 1;
        return Change("add", id, author, comes, at);
    }

    public Node Remove(string id, Account author, Account gone, long at)
    {
        Members.Remove(gone);
        Announced.Remove(gone);
        _changed[gone] = Version + 1;
        return Change("remove", id, author, gone, at);
    }

    /// <summary>The client has acknowledged the notice of this version: what changed up to it, it has to know.</summary>
    public void Known(int version)
    {
        foreach (var account in _changed.Where(change => change.Value <= version).Select(change => change.Key))
        {
            (Members.Contains(account) ? Announced : KnownGone).Add(account);
        }
    }

    /// <summary>The notification of one change, with the version moved on.</summary>
    private Node Change(string child, string id, Account author, Account subject, long at)
    {
        var before = Version++;
        return new Node(
            "notification",
            new()
            {
                ["type"] = "w:gp2",
                ["from"] = Jid,
                ["id"] = id,
                ["t"] = at,
                ["participant"] = NameOf(author),
                ["participant_pn"] = ByLid ? author.Phone : default(Jid?),
            },
            new Node(child, new() { ["prev_v_id"] = before, ["v_id"] = Version }, Participant(subject)));
    }

    private Node Participant(Account member) => new("participant", new()
    {
        ["jid"] = NameOf(member),
        ["phone_number"] = ByLid ? member.Phone : default(Jid?),
        ["lid"] = !ByLid && member.IsMigrated ? member.Lid : default(Jid?),
    });
}
