using WhatsApp.Binary;

namespace WhatsApp.Groups;

/// <summary>A group as the service writes it. The version is the participants'; a later change names the one it starts from. Source: facts 12.1.</summary>
internal sealed record GroupMetadata(
    Jid Group,
    string Subject,
    bool LidAddressing,
    bool Announcement,
    string? Version,
    IReadOnlyList<GroupMember> Members)
{
    /// <summary>Far above what the service allows in one group.</summary>
    private const int MaxMembers = 5000;

    /// <summary>Reads a <c>group</c> node; null when it names no group.</summary>
    public static GroupMetadata? Read(Node node)
    {
        if (GroupJid(node["id"] ?? node["jid"]) is not { } group)
        {
            return null;
        }

        return new GroupMetadata(
            group,
            node["subject"] ?? "",
            node["addressing_mode"] == "lid",
            node.Child("announcement") is not null,
            node["p_v_id"],
            ReadMembers(node));
    }

    public static IReadOnlyList<GroupMember> ReadMembers(Node node) =>
        [.. node.ChildrenOf("participant").Take(MaxMembers).Where(item => item["error"] is null).Select(ReadMember).OfType<GroupMember>()];

    private static GroupMember? ReadMember(Node participant) =>
        participant.JidOf("jid") is { IsPerson: true } jid
            ? Member(jid, participant.JidOf("phone_number"), participant.JidOf("lid"), participant["type"] is "admin" or "superadmin")
            : null;

    /// <summary>A member with both names as far as they are stated.</summary>
    public static GroupMember Member(Jid jid, Jid? phone, Jid? lid, bool isAdmin)
    {
        var bare = jid.Bare;
        return new GroupMember(
            bare,
            bare.IsPhone ? bare : phone is { IsPhone: true } number ? number.Bare : null,
            bare.IsLid ? bare : lid is { IsLid: true } opaque ? opaque.Bare : null,
            isAdmin);
    }

    private static Jid? GroupJid(string? id)
    {
        var text = id is null || id.Contains('@', StringComparison.Ordinal) ? id : $"{id}@{JidServers.Group}";
        return Jid.TryParse(text, out var jid) && jid.IsGroup ? jid : null;
    }
}
