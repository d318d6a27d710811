using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Sending;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Receiving;

public sealed class PlaceholderTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_nobody_sends_again_is_had_from_the_account_s_phone_once(bool inGroup)
    {
        await using var service = new TestService();
        var (bot, phone, member) = (await service.AddAsync("1", 1), await service.AddAsync("1"), await service.AddAsync("2"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, member);
        await bot.SayAsync(member.Phone.Bare, "hi", "B1"); // everybody knows everybody's LID
        await bot.Messaging.GetGroupAsync(Group, CancellationToken.None);
        Node? carried = null;
        service.Carry = (to, stanza) =>
        {
            if (to == phone && stanza.Tag == "message" && stanza.JidOf("from")!.Value.User == bot.Phone.User)
            {
                carried = stanza;
                return null;
            }

            return to != bot ? (stanza["type"] == "retry" ? null : stanza) : Spoil(stanza);
        };

        await member.SayAsync(inGroup ? Group : bot.Phone.Bare, "lost", "M1");
        await service.DeliverAsync();
        Assert.Empty(await bot.EventsAsync<MessageReceived>());
        var asked = service.NextWrittenAsync(bot, node => node["category"] == "peer");
        service.Time.Advance(PlaceholderRequests.Patience);
        var request = await asked;
        await bot.IdleAsync();
        await service.DeliverAsync();

        Assert.Equal(phone.Phone, request.JidOf("to"));
        Assert.Equal("high_force", request["push_priority"]);
        Assert.Null(request.Child("tctoken"));
        var key = Assert.Single((await ReadAsync(phone, carried!)).PlaceholderMessageResendRequest).MessageKey;
        Assert.Equal(("M1", inGroup ? Group.ToString() : member.Lid.Bare.ToString()), (key.Id, key.RemoteJid));
        var answer = await AnswerAsync(phone, bot, key, "lost");
        await bot.ReceiveAsync(answer);
        await bot.ReceiveAsync(await AnswerAsync(phone, bot, key, "a second time"));

        var heard = Assert.Single(await bot.EventsAsync<MessageReceived>());
        Assert.Equal(("lost", "M1", member.Lid.Bare, inGroup), (heard.Text, heard.Id, heard.Sender, heard.IsGroup));
        Assert.Contains(bot.Written, node => node.Tag == "receipt" && node["type"] == "peer_msg");
        await bot.EventsAsync<MessageReceived>(acknowledge: true);
        Assert.Contains(bot.Written, node => node.Tag == "receipt" && node["id"] == "M1" && node["type"] == "inactive");
    }

    [Fact]
    public async Task A_message_that_its_writer_sends_again_is_not_asked_of_the_phone()
    {
        await using var service = new TestService();
        var (bot, _, member) = (await service.AddAsync("1", 1), await service.AddAsync("1"), await service.AddAsync("2"));
        var isFirst = true;
        service.Carry = (to, stanza) =>
        {
            var spoiled = to == bot && stanza.Tag == "message" && isFirst;
            isFirst &= !spoiled;
            return spoiled ? Spoil(stanza) : stanza;
        };

        await member.SayAsync(bot.Phone.Bare, "again", "M1");
        await service.DeliverAsync();
        await member.IdleAsync();
        await service.DeliverAsync();
        service.Time.Advance(PlaceholderRequests.Patience);
        await bot.IdleAsync();

        Assert.Equal("again", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
        Assert.DoesNotContain(bot.Written, node => node["category"] == "peer");
    }

    [Fact]
    public async Task What_the_phone_was_not_asked_for_is_not_believed_and_nobody_else_can_answer()
    {
        await using var service = new TestService();
        var (bot, phone, member) = (await service.AddAsync("1", 1), await service.AddAsync("1"), await service.AddAsync("2"));
        await bot.SayAsync(member.Phone.Bare, "hi", "B1");
        await service.DeliverAsync();
        var key = new MessageKey { RemoteJid = member.Lid.Bare.ToString(), FromMe = false, Id = "M9" };

        await bot.ReceiveAsync(await AnswerAsync(phone, bot, key, "made up"));
        await bot.Database.RunAsync("test", store => store.Placeholders.Add(
            StoreKey.OfMessage(store.Lids.PeerOf(member.Lid), store.Lids.PeerOf(member.Lid), "M9"),
            NodeEncoder.Encode(new Node("message", new() { ["from"] = member.Lid, ["id"] = "M9", ["t"] = 1 }, new Node("unavailable"))),
            service.Time.GetUtcNow()));
        await bot.Database.RunAsync("test", store => store.Placeholders.MarkAsked(store.Placeholders.Unasked(1)[0].Key, "R"));
        await bot.ReceiveAsync(await AnswerAsync(member, bot, key, "made up by a stranger"));

        Assert.DoesNotContain(await bot.EventsAsync<MessageReceived>(), item => item.Id == "M9");
    }

    [Theory]
    [InlineData("whatsapp.placeholder-asked.before", 1)]
    [InlineData("whatsapp.placeholder-asked.after", 0)]
    public async Task Killed_around_asking_the_phone_it_is_asked_after_the_next_login_or_not_again(string killed, int asked)
    {
        await using var service = new TestService();
        var (bot, _, member) = (await service.AddAsync("1", 1), await service.AddAsync("1"), await service.AddAsync("2"));
        service.Carry = (to, stanza) => to != bot ? (stanza["type"] == "retry" ? null : stanza) : Spoil(stanza);
        await member.SayAsync(bot.Phone.Bare, "lost", "M1");
        await service.DeliverAsync();
        bot.Probe = name =>
        {
            if (name == killed)
            {
                throw new IOException("killed");
            }
        };
        service.Time.Advance(PlaceholderRequests.Patience);
        await bot.IdleAsync();
        bot.Probe = null;
        await bot.RestartAsync();
        Assert.DoesNotContain(bot.Written, node => node["category"] == "peer");

        await bot.LogInAsync();
        service.Time.Advance(PlaceholderRequests.Patience);
        await bot.IdleAsync();

        Assert.Equal(asked, bot.Written.Count(node => node["category"] == "peer"));
    }

    private static Node Spoil(Node stanza) => stanza.Tag != "message" ? stanza : new Node(
        "message",
        stanza.Attributes,
        [.. stanza.Children.Select(child => child.Tag == "enc" ? new Node("enc", child.Attributes, new byte[] { 0x33, 1, 2, 3, 4, 5, 6, 7, 8, 9 }) : child)]);

    /// <summary>What the request says, read with the phone's own session.</summary>
    private static Task<PeerDataOperationRequestMessage> ReadAsync(TestDevice phone, Node carried) => phone.Database.RunAsync("test", store =>
    {
        var enc = carried.Child("enc")!;
        var type = CiphertextTypes.FromWireName(enc["type"])!.Value;
        var padded = new SessionCipher(store.Signal, new SystemRandomSource()).Decrypt(store.Lids.DeviceOf(carried.JidOf("from")!.Value), type, enc.Bytes!.Value);
        return Message.Parser.ParseFrom(MessagePadding.Unpad(padded)).ProtocolMessage.PeerDataOperationRequestMessage;
    });

    /// <summary>The stanza with which a device says what it still has.</summary>
    private static Task<Node> AnswerAsync(TestDevice from, TestDevice bot, MessageKey key, string text) => from.Database.RunAsync("test", store =>
    {
        var info = new WebMessageInfo { Key = key, Message = new Message { Conversation = text } };
        var response = new PeerDataOperationRequestResponseMessage { Type = PeerDataOperationRequestType.PlaceholderMessageResend, StanzaId = "R" };
        response.Results.Add(new PeerDataOperationResult { PlaceholderMessageResendResponse = new() { WebMessageInfoBytes = info.ToByteString() } });
        var message = new Message
        {
            ProtocolMessage = new() { Type = ProtocolMessage.Types.Type.PeerDataOperationRequestResponseMessage, PeerDataOperationRequestResponseMessage = response },
        };
        var random = new SystemRandomSource();
        var cipher = new SessionCipher(store.Signal, random);
        var device = store.Lids.DeviceOf(bot.Phone);
        device = cipher.HasSession(device) ? device : store.Lids.DeviceOf(bot.Lid);
        var written = cipher.Encrypt(device, MessagePadding.Pad(message.ToByteArray(), random));
        return new Node(
            "message",
            new() { ["from"] = from.Phone, ["id"] = $"P{Convert.ToHexString(random.Bytes(8))}", ["t"] = 1_772_366_400, ["type"] = "text", ["category"] = "peer" },
            DeviceEncryption.Encrypted(written.Type, written.Bytes, decryptFail: null, count: null));
    });
}
