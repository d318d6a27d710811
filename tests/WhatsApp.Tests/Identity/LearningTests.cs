using System.Globalization;
using System.IO.Compression;
using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Proto;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Identity;

/// <summary>
/// Where pairs of number and LID may be learned from. Login and pairing are told in LoginTests and PairingFlowTests. The service
/// of these tests does not know the pair itself, so that asking it cannot teach it.
/// </summary>
public sealed class LearningTests
{
    private static readonly Jid Phone = Jid.Parse("628000777@s.whatsapp.net");
    private static readonly Jid Lid = Jid.Parse("99777@lid");
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Theory]
    [InlineData("metadata of a group", true)]
    [InlineData("a device list of the service", true)]
    [InlineData("a devices notification", true)]
    [InlineData("the own phone's history", true)]
    [InlineData("the own phone's list of moved people", true)]
    [InlineData("sender_pn of a message", false)]
    [InlineData("sender_lid of a message", false)]
    [InlineData("participant_pn of a group message", false)]
    [InlineData("peer_recipient_pn of a message", false)]
    [InlineData("members of a group's notification", false)]
    [InlineData("sender_lid of a privacy token", false)]
    public async Task Only_what_the_service_or_the_own_phone_states_teaches(string source, bool teaches)
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));

        await ShowAsync(source, service, bot, member);
        await bot.IdleAsync();

        Assert.Equal(teaches ? Lid : null, await bot.Database.RunAsync("test", store => store.Lids.LidOf(Phone)));
        Assert.Equal(teaches ? 1 : 0, (await bot.EventsAsync<IdentityLearned>()).Count(item => item.Phone == Phone));
    }

    [Fact]
    public async Task What_stood_on_a_stanza_is_asked_for_once_and_counts_when_the_service_confirms_it()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var asked = service.UsyncQueries;
        service.Carry = (to, stanza) =>
        {
            stanza.Attributes["sender_pn"] = member.Phone.Bare;
            stanza.Attributes["from"] = member.Lid;
            return stanza;
        };

        await member.SayAsync(bot.Phone.Bare, "one", "M1");
        await member.SayAsync(bot.Phone.Bare, "two", "M2");
        await service.DeliverAsync();
        await bot.IdleAsync();

        Assert.Equal(member.Lid.Bare, await bot.Database.RunAsync("test", store => store.Lids.LidOf(member.Phone)));
        Assert.InRange(service.UsyncQueries - asked, 1, 3); // the member's own two, and one of ours
        Assert.Equal(member.Phone.Bare, (await bot.EventsAsync<MessageReceived>())[0].SenderPhone); // told even before
        Assert.Single(await bot.EventsAsync<IdentityLearned>());
    }

    [Fact]
    public async Task A_number_the_service_gives_to_somebody_else_is_told_as_a_settled_conflict()
    {
        await using var service = new TestService();
        var bot = await service.AddAsync("1", 1);
        await LearnAsync(bot, Lid);

        await LearnAsync(bot, Jid.Parse("99778@lid"));

        var conflict = Assert.Single(await bot.EventsAsync<IdentityConflict>());
        Assert.Equal((Phone, Jid.Parse("99778@lid"), Lid, true), (conflict.Phone, conflict.Lid, conflict.KnownLid!.Value, conflict.IsSettled));
    }

    private static Task LearnAsync(TestDevice bot, Jid lid) => bot.ReceiveAsync(new Node(
        "notification", new() { ["type"] = "devices", ["from"] = Phone, ["id"] = lid.User, ["t"] = 1 }, new Node("update", new() { ["lid"] = lid })));

    private static async Task ShowAsync(string source, TestService service, TestDevice bot, TestDevice member)
    {
        var time = service.Time.GetUtcNow().ToUnixTimeSeconds();
        switch (source)
        {
            case "metadata of a group":
                service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
                service.Groups[Group].Members.Add((Phone, Lid));
                await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);
                break;
            case "a device list of the service":
                service.Usync = (asked, answer) => asked == bot.Lid.Bare ? Told(answer!) : answer;
                await bot.SayAsync(member.Phone.Bare, "hi", "B1");
                break;
            case "a devices notification":
                await LearnAsync(bot, Lid);
                break;
            case "the own phone's history":
                await FromOwnPhoneAsync(bot, new ProtocolMessage { HistorySyncNotification = new() { InitialHistBootstrapInlinePayload = ByteString.CopyFrom(History()) } });
                break;
            case "the own phone's list of moved people":
                var moved = new LidMigrationMappingSyncPayload();
                moved.PnToLidMappings.Add(new LidMigrationMapping { Pn = Number(Phone), AssignedLid = 1, LatestLid = Number(Lid) });
                await FromOwnPhoneAsync(bot, new ProtocolMessage { LidMigrationMappingSyncMessage = new() { EncodedMappingPayload = moved.ToByteString() } });
                break;
            case "sender_pn of a message":
                await bot.ReceiveAsync(Message(new() { ["from"] = Lid, ["id"] = "M1", ["t"] = time, ["sender_pn"] = Phone }));
                break;
            case "sender_lid of a message":
                await bot.ReceiveAsync(Message(new() { ["from"] = Phone, ["id"] = "M1", ["t"] = time, ["sender_lid"] = Lid }));
                break;
            case "participant_pn of a group message":
                await bot.ReceiveAsync(Message(new() { ["from"] = Group, ["participant"] = Lid, ["id"] = "M1", ["t"] = time, ["participant_pn"] = Phone }));
                break;
            case "peer_recipient_pn of a message":
                await bot.ReceiveAsync(Message(new() { ["from"] = bot.Lid.WithDevice(0), ["recipient"] = Lid, ["id"] = "M1", ["t"] = time, ["peer_recipient_pn"] = Phone }));
                break;
            case "members of a group's notification":
                await bot.ReceiveAsync(new Node(
                    "notification",
                    new() { ["type"] = "w:gp2", ["from"] = Group, ["id"] = "N1", ["t"] = time, ["participant"] = Lid, ["participant_pn"] = Phone },
                    new Node("add", null, new Node("participant", new() { ["jid"] = Lid, ["phone_number"] = Phone }))));
                break;
            case "sender_lid of a privacy token":
                await bot.ReceiveAsync(new Node(
                    "notification",
                    new() { ["type"] = "privacy_token", ["from"] = Phone, ["sender_lid"] = Lid, ["id"] = "N1", ["t"] = time },
                    new Node("tokens", null, new Node("token", new() { ["type"] = "trusted_contact", ["t"] = time }, new byte[] { 1 }))));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(source));
        }
    }

    /// <summary>The answer names one more person.</summary>
    private static Node Told(Node user) => new(
        "user", new() { ["jid"] = Phone }, user.Child("devices")!, new Node("lid", new() { ["val"] = Lid }));

    private static Node Message(NodeAttributes attributes) =>
        new("message", attributes, new Node("enc", new() { ["v"] = 2, ["type"] = "msg" }, new byte[] { 0x33, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }));

    private static Task FromOwnPhoneAsync(TestDevice bot, ProtocolMessage message) => bot.Database.RunAsync("test", store =>
        OwnPhoneMessages.Apply(store, message, "P1", OwnAccount.Of(store), new People(store, OwnAccount.Of(store), TimeProvider.System), DateTimeOffset.UnixEpoch));

    private static byte[] History()
    {
        var history = new HistorySync();
        history.PhoneNumberToLidMappings.Add(new PhoneNumberToLidMapping { PnJid = Phone.ToString(), LidJid = Lid.ToString() });
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Fastest))
        {
            history.WriteTo(zlib);
        }

        return bytes.ToArray();
    }

    private static ulong Number(Jid person) => ulong.Parse(person.User, CultureInfo.InvariantCulture);
}
