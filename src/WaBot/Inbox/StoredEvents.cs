using System.Text.Json;
using System.Text.Json.Serialization;
using Shared.Inbox;
using Shared.Members;
using WhatsApp;

namespace WaBot.Inbox;

/// <summary>A message as the inbox keeps it.</summary>
internal sealed record StoredMessage(string Id, string Chat, MemberIdentity Sender, bool IsGroup, string? Text, bool IsForwarded, bool IsEdit)
{
    /// <inheritdoc />
    public override string ToString() => nameof(StoredMessage);
}

/// <summary>Joins and leaves of one group.</summary>
internal sealed record StoredMembersChange(string Group, IReadOnlyList<MemberIdentity> Joined, IReadOnlyList<MemberIdentity> Left)
{
    /// <summary>The one who joined is the one who left, under a new number.</summary>
    public bool NumberChanged { get; init; }

    /// <inheritdoc />
    public override string ToString() => nameof(StoredMembersChange);
}

internal sealed record StoredGroupChange(string Group, GroupChange Change);

internal sealed record StoredMessageState(string MessageId, MessageState State);

internal sealed record StoredIdentity(string Phone, string Lid)
{
    /// <inheritdoc />
    public override string ToString() => nameof(StoredIdentity);
}

/// <summary>Turns the session's events into inbox rows and back. An event nobody needs gives no row: group chatter is not kept.</summary>
internal static class StoredEvents
{
    /// <summary>No command is longer; what is longer is cut, not refused.</summary>
    public const int LongestText = 4096;

    public static InboundItem? ToItem(InboundEvent item, TargetGroups groups) => item switch
    {
        MessageReceived message => OfMessage(message, groups),
        GroupMembersChanged change => OfMembers(change, groups),
        GroupChanged change when groups.Contains(change.Group) => Row(item, InboundKind.GroupChanged, change.Group.ToString(), null,
            JsonSerializer.Serialize(new StoredGroupChange(change.Group.ToString(), change.Change), StoredJson.Default.StoredGroupChange)),
        MessageStateChanged state => Row(item, InboundKind.MessageState, state.Chat.Bare.ToString(), null,
            JsonSerializer.Serialize(new StoredMessageState(state.MessageId, state.State), StoredJson.Default.StoredMessageState)),
        IdentityLearned learned => Row(item, InboundKind.IdentityLearned, learned.Lid.Bare.ToString(), null,
            JsonSerializer.Serialize(new StoredIdentity(learned.Phone.Bare.ToString(), learned.Lid.Bare.ToString()), StoredJson.Default.StoredIdentity)),
        _ => null,
    };

    public static StoredMessage Message(string json) => Read(json, StoredJson.Default.StoredMessage);

    public static StoredMembersChange Members(string json) => Read(json, StoredJson.Default.StoredMembersChange);

    public static StoredGroupChange Group(string json) => Read(json, StoredJson.Default.StoredGroupChange);

    public static StoredMessageState State(string json) => Read(json, StoredJson.Default.StoredMessageState);

    public static StoredIdentity Identity(string json) => Read(json, StoredJson.Default.StoredIdentity);

    public static MemberIdentity ToIdentity(GroupMember member) =>
        new(member.Jid.Bare.ToString(), member.Phone?.Bare.ToString(), member.Lid?.Bare.ToString());

    private static InboundItem? OfMessage(MessageReceived message, TargetGroups groups)
    {
        var text = message.Kind == MessageKind.Text ? message.Text : null;
        if (message.IsGroup && (!groups.Contains(message.Chat.Chat) || text is null || !text.AsSpan().TrimStart().StartsWith("!")))
        {
            return null;
        }
        if (!message.IsGroup && !message.Chat.Chat.IsPerson)
        {
            return null; // status broadcasts and the like are no conversation
        }
        var sender = new MemberIdentity(message.Sender.Bare.ToString(), message.SenderPhone?.Bare.ToString(), message.SenderLid?.Bare.ToString(), message.PushName);
        var chat = message.Chat.Chat.ToString();
        var stored = new StoredMessage(message.Id, chat, sender, message.IsGroup, Cut(text), message.IsForwarded, message.IsEdit);
        return Row(message, InboundKind.Message, chat, message.Id, JsonSerializer.Serialize(stored, StoredJson.Default.StoredMessage));
    }

    private static InboundItem? OfMembers(GroupMembersChanged change, TargetGroups groups)
    {
        if (!groups.Contains(change.Group) || change.Change is MembersChange.Promoted or MembersChange.Demoted)
        {
            return null;
        }
        var group = change.Group.ToString();
        var people = change.Members.Select(ToIdentity).ToList();
        var stored = change.Change switch
        {
            MembersChange.Joined => new StoredMembersChange(group, people, []),
            MembersChange.Left => new StoredMembersChange(group, [], people),

            // The actor is who they were, the members who they are now: a new number is a new identity.
            _ => new StoredMembersChange(group, people, change.Actor is { } old ? [ToIdentity(old)] : []) { NumberChanged = true },
        };
        return Row(change, InboundKind.MembersChanged, group, null, JsonSerializer.Serialize(stored, StoredJson.Default.StoredMembersChange));
    }

    private static InboundItem Row(InboundEvent item, InboundKind kind, string? chat, string? messageId, string payload) =>
        new(item.Position, kind, chat, messageId, item.At, payload);

    private static string? Cut(string? text) => text is { Length: > LongestText } ? text[..LongestText] : text;

    private static T Read<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("An inbox row holds no event.");
}

[JsonSerializable(typeof(StoredMessage))]
[JsonSerializable(typeof(StoredMembersChange))]
[JsonSerializable(typeof(StoredGroupChange))]
[JsonSerializable(typeof(StoredMessageState))]
[JsonSerializable(typeof(StoredIdentity))]
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
internal sealed partial class StoredJson : JsonSerializerContext;
