using WhatsApp;

namespace WaBot.Tests.Support;

/// <summary>Events as the session raises them. All people are made up.</summary>
internal static class Events
{
    public static readonly DateTimeOffset At = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    public static readonly Jid Budi = Jid.Parse("628000111222@s.whatsapp.net");
    public static readonly Jid Sari = Jid.Parse("628000333444@s.whatsapp.net");
    public static readonly Jid Tono = Jid.Parse("628000555666@s.whatsapp.net");

    public static MessageReceived Private(long position, Jid from, string text, string? id = null) => new()
    {
        Position = position,
        At = At,
        Id = id ?? $"IN{position}",
        Chat = new ChatHandle(from),
        Sender = from,
        SenderPhone = from,
        Kind = MessageKind.Text,
        Text = text,
    };

    public static MessageReceived InGroup(long position, Jid from, string text) =>
        Private(position, from, text) with { Chat = new ChatHandle(HostUnderTest.Group), IsGroup = true };

    public static GroupMembersChanged Members(long position, MembersChange change, Jid who) => new()
    {
        Position = position,
        At = At,
        Group = HostUnderTest.Group,
        Change = change,
        Members = [new GroupMember(who, who, null, false)],
    };

    public static GroupRoster Roster(params Jid[] members) => new(
        HostUnderTest.Group, "Grup Uji", false,
        [.. members.Append(HostUnderTest.OwnPhone).Select(m => new GroupMember(m, m, null, false))],
        WeAreMember: true, WeAreAdmin: false, Announcement: false, At);
}
