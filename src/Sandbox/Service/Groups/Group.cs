using System.Text.Json.Serialization;
using WhatsApp;

namespace Sandbox.Service.Groups;

/// <summary>A group with its members. Changed by the world's loop only; saved whole.</summary>
internal sealed class Group
{
    public required string User { get; init; }

    public required string Subject { get; set; }

    public required GroupAddressing Addressing { get; init; }

    public required string Creator { get; init; }

    public required long CreatedAt { get; init; }

    public required string InviteCode { get; init; }

    /// <summary>Version of the member list; each change gives the next.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Only admins may send.</summary>
    public bool AdminsOnly { get; set; }

    public List<GroupMember> Members { get; init; } = [];

    [JsonIgnore]
    public Jid Jid => new(User, JidServers.Group);

    [JsonIgnore]
    public string Mode => Addressing == GroupAddressing.Lid ? "lid" : "pn";

    public GroupMember? MemberOf(string account) => Members.FirstOrDefault(member => member.Account == account);
}

internal sealed class GroupMember
{
    public required string Account { get; init; }

    public required long JoinedAt { get; init; }

    public bool IsAdmin { get; set; }
}
