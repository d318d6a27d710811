using WhatsApp.Binary;

namespace WhatsApp.Groups;

/// <summary>The questions about groups. Source: facts 12.1.</summary>
internal static class GroupQueries
{
    private const string Namespace = "w:g2";

    public static Node One(Jid group) => new(
        "iq",
        new() { ["to"] = group, ["type"] = "get", ["xmlns"] = Namespace },
        new Node("query", new() { ["request"] = "interactive" }));

    public static Node Participating() => new(
        "iq",
        new() { ["to"] = Jid.Groups, ["type"] = "get", ["xmlns"] = Namespace },
        new Node("participating", null, new Node("participants"), new Node("description")));

    public static GroupMetadata? ReadOne(Node result) => result.Child("group") is { } group ? GroupMetadata.Read(group) : null;

    /// <summary>Null when the answer holds no list, which is not the same as an empty one.</summary>
    public static IReadOnlyList<GroupMetadata>? ReadParticipating(Node result)
    {
        var list = result.Child("groups") ?? result.Child("participating")?.Child("groups") ?? result.Child("participating");
        return list is null ? null : [.. list.ChildrenOf("group").Select(GroupMetadata.Read).OfType<GroupMetadata>()];
    }
}
