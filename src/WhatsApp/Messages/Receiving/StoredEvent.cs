using System.Text.Json;
using System.Text.Json.Serialization;

namespace WhatsApp.Messages.Receiving;

/// <summary>An event as it is kept until the host has it. One flat shape for all kinds: fields a kind does not know stay empty.</summary>
internal sealed record StoredEvent
{
    public required EventKind Kind { get; init; }

    public required long At { get; init; }

    public bool Offline { get; init; }

    /// <summary>The message's id.</summary>
    public string? Id { get; init; }

    /// <summary>The chat or the group.</summary>
    public string? Chat { get; init; }

    /// <summary>Who wrote it, has it, or did it.</summary>
    public StoredMember? Person { get; init; }

    public IReadOnlyList<StoredMember>? Members { get; init; }

    public string? PushName { get; init; }

    public string? Text { get; init; }

    public string? QuotedId { get; init; }

    public bool IsForwarded { get; init; }

    public bool IsEdit { get; init; }

    public bool ByActor { get; init; }

    /// <summary>When each of the members did it, in Unix milliseconds.</summary>
    public IReadOnlyList<long>? Times { get; init; }

    /// <summary>A restriction stands.</summary>
    public bool IsActive { get; init; }

    /// <summary>When it ends; 0 when that is not known.</summary>
    public long Until { get; init; }

    /// <summary>What happened, as the number of the kind's own enumeration.</summary>
    public int Change { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, StoredEventJson.Default.StoredEvent);

    public static StoredEvent Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, StoredEventJson.Default.StoredEvent) ?? throw new JsonException("A stored event is empty.");

    public InboundEvent ToEvent(long position) => Kind switch
    {
        EventKind.Message => new MessageReceived
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Id = Id!,
            Chat = new ChatHandle(Jid.Parse(Chat!)),
            Sender = Jid.Parse(Person!.Jid),
            SenderPhone = Person.ToMember().Phone,
            SenderLid = Person.ToMember().Lid,
            PushName = PushName,
            IsGroup = Jid.Parse(Chat!).IsGroup,
            Kind = Text is null ? MessageKind.Other : MessageKind.Text,
            Text = Text,
            QuotedId = QuotedId,
            IsForwarded = IsForwarded,
            IsEdit = IsEdit,
        },
        EventKind.Members => new GroupMembersChanged
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Group = Jid.Parse(Chat!),
            Change = (MembersChange)Change,
            Members = [.. Members!.Select(member => member.ToMember())],
            Actor = Person?.ToMember(),
            ByActor = ByActor,
        },
        EventKind.Group => new GroupChanged
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Group = Jid.Parse(Chat!),
            Change = (GroupChange)Change,
        },
        EventKind.State => new MessageStateChanged
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            MessageId = Id!,
            Chat = Jid.Parse(Chat!),
            By = Jid.Parse(Person!.Jid),
            State = (MessageState)Change,
        },
        EventKind.Identity => new IdentityLearned
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Phone = Person!.ToMember().Phone!.Value,
            Lid = Person.ToMember().Lid!.Value,
        },
        EventKind.Restriction => new AccountRestrictionChanged
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Obstacle = (WriteObstacle)Change,
            IsActive = IsActive,
            Until = Until == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Until),
        },
        EventKind.Receipts => new GroupReceiptsReceived
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            MessageId = Id!,
            Group = Jid.Parse(Chat!),
            State = (MessageState)Change,
            Receipts = [.. Members!.Zip(Times!, (member, at) => new MemberReceipt(member.ToMember().Jid, DateTimeOffset.FromUnixTimeMilliseconds(at)))],
        },
        EventKind.IdentityConflict => new IdentityConflict
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Phone = Person!.ToMember().Phone!.Value,
            Lid = Person.ToMember().Lid!.Value,
            KnownLid = Chat is null ? null : Jid.Parse(Chat),
            IsSettled = Change == 1,
        },
        EventKind.IdentityChanged => new IdentityChanged
        {
            Position = position,
            At = Moment,
            Offline = Offline,
            Person = Jid.Parse(Person!.Jid),
            Phone = Person.ToMember().Phone,
            Lid = Person.ToMember().Lid,
            Device = Change < 0 ? null : (ushort)Change,
        },
        _ => throw new JsonException("A stored event is of no known kind."),
    };

    private DateTimeOffset Moment => DateTimeOffset.FromUnixTimeMilliseconds(At);
}

internal enum EventKind
{
    Message = 1,
    Members = 2,
    Group = 3,
    State = 4,
    Identity = 5,
    Restriction = 6,
    Receipts = 7,
    IdentityConflict = 8,
    IdentityChanged = 9,
}

internal sealed record StoredMember(string Jid, string? Phone, string? Lid, bool IsAdmin)
{
    public static StoredMember Of(GroupMember member) =>
        new(member.Jid.ToString(), member.Phone?.ToString(), member.Lid?.ToString(), member.IsAdmin);

    public GroupMember ToMember() => new(WhatsApp.Jid.Parse(Jid), Parse(Phone), Parse(Lid), IsAdmin);

    private static Jid? Parse(string? text) => text is null ? null : WhatsApp.Jid.Parse(text);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StoredEvent))]
internal sealed partial class StoredEventJson : JsonSerializerContext;
