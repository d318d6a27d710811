using Google.Protobuf;
using Sandbox.Phones;
using WhatsApp.Binary;
using WhatsApp.History;
using WhatsApp.Messages;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.History;

public sealed class HistoryTests
{
    private const string Path = "/v/t62/one?ccb=1";
    private static readonly Jid Ani = Jid.Parse("628000777@s.whatsapp.net");
    private static readonly Jid AniLid = Jid.Parse("99777@lid");

    [Fact]
    public async Task A_piece_offered_as_a_file_is_fetched_checked_and_learned_from_and_leaves_nothing_behind()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));

        await OfferAsync(service, phone, bot, "H1", History(service, bot));
        await bot.IdleAsync();

        Assert.Contains(bot.Written, node => node.Tag == "receipt" && node["type"] == "hist_sync" && node["id"] == "H1");
        await AssertLearnedAsync(service, bot);
        Assert.Empty(Directory.GetFiles(bot.Folder, "history-*"));
        Assert.Equal(Path, Assert.Single(service.Media.Asked));
        Assert.Equal((Ani, AniLid), Assert.Single((await bot.EventsAsync<IdentityLearned>()).Select(item => (item.Phone, item.Lid)), item => item.Phone == Ani));
    }

    [Fact]
    public async Task A_piece_within_the_message_is_learned_from_at_once()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));
        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            History(service, bot).WriteTo(zlib);
        }

        await SendAsync(phone, bot, "H1", new HistorySyncNotification { SyncType = HistorySyncType.InitialBootstrap, InitialHistBootstrapInlinePayload = ByteString.CopyFrom(packed.ToArray()) });

        await AssertLearnedAsync(service, bot);
        Assert.Empty(service.Media.Asked);
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("short")]
    [InlineData("long")]
    [InlineData("empty")]
    [InlineData("other hash")]
    [InlineData("missing")]
    [InlineData("no history")]
    public async Task A_file_that_is_not_what_was_announced_teaches_nothing_is_tried_five_times_and_given_up(string fault)
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));
        await OfferAsync(service, phone, bot, "H1", History(service, bot), (notification, file) =>
        {
            switch (fault)
            {
                case "flipped":
                    file[file.Length / 2] ^= 1;
                    break;
                case "other hash":
                    notification.FileSha256 = ByteString.CopyFrom(new byte[32]);
                    break;
            }

            return fault switch
            {
                "short" => file[..^1],
                "long" => [.. file, .. new byte[4096]],
                "empty" => [],
                "missing" => null,
                _ => file,
            };
        },
        packed: fault == "no history" ? [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] : null);
        await bot.IdleAsync();

        for (var login = 2; login <= WhatsApp.History.HistorySync.MostAttempts + 1; login++)
        {
            await bot.LogInAsync();
            await bot.IdleAsync();
        }

        Assert.Equal(WhatsApp.History.HistorySync.MostAttempts, service.Media.Asked.Count);
        Assert.Empty(await bot.Database.RunAsync("test", store => store.History.Waiting));
        Assert.Null(await bot.Database.RunAsync("test", store => store.Device.NctSalt));
        Assert.Null(await bot.Database.RunAsync("test", store => store.Lids.LidOf(Ani)));
        Assert.Empty(Directory.GetFiles(bot.Folder, "history-*"));
        Assert.Contains(bot.Written, node => node["type"] == "hist_sync");
    }

    [Theory]
    [InlineData(nameof(HistorySyncType.Recent), Path)]
    [InlineData(nameof(HistorySyncType.Full), Path)]
    [InlineData(nameof(HistorySyncType.NonBlockingData), "//elsewhere.example/one")]
    [InlineData(nameof(HistorySyncType.NonBlockingData), "http://elsewhere.example/one")]
    [InlineData(nameof(HistorySyncType.NonBlockingData), "")]
    public async Task Old_messages_and_paths_that_lead_elsewhere_are_not_fetched_but_have_their_receipt(string type, string path)
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));
        await OfferAsync(service, phone, bot, "H1", History(service, bot), (notification, file) =>
        {
            (notification.SyncType, notification.DirectPath) = (Enum.Parse<HistorySyncType>(type), path);
            return file;
        });
        await bot.IdleAsync();

        Assert.Empty(service.Media.Asked);
        Assert.Contains(bot.Written, node => node["type"] == "hist_sync" && node["id"] == "H1");
    }

    [Theory]
    [InlineData("whatsapp.history-learned.before")]
    [InlineData("whatsapp.history-learned.after")]
    public async Task Killed_around_learning_a_piece_it_is_learned_after_the_next_login(string point)
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));
        bot.Probe = name =>
        {
            if (name == point)
            {
                throw new InvalidOperationException("killed");
            }
        };
        await OfferAsync(service, phone, bot, "H1", History(service, bot));
        await bot.IdleAsync();

        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();
        await bot.IdleAsync();

        await AssertLearnedAsync(service, bot);
        Assert.Empty(await bot.Database.RunAsync("test", store => store.History.Waiting));
    }

    [Fact]
    public void A_chat_of_a_hundred_megabytes_passes_through_without_being_kept()
    {
        using var chat = new LargeChat(100 * 1024 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var facts = HistoryFacts.Read(chat, _ => true);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        Assert.Equal([1, 2, 3], Assert.Single(facts.Tokens).Token);
        Assert.Throws<InvalidDataException>(() => HistoryFacts.Read(new LargeChat(100 * 1024 * 1024), _ => true, most: 1024 * 1024));
    }

    [Theory]
    [InlineData("wss://web.whatsapp.com/ws/chat", "https://mmg.whatsapp.net/")]
    [InlineData("ws://127.0.0.1:4711/ws/chat", "http://127.0.0.1:4711/")]
    [InlineData("wss://localhost:4712/ws/chat", "https://localhost:4712/")]
    public void Files_of_a_service_that_is_not_the_real_one_are_looked_for_nowhere_else(string service, string media) =>
        Assert.Equal(media, HttpMediaSource.HostOf(new Uri(service)).ToString());

    private static WhatsApp.Proto.HistorySync History(TestService service, TestDevice bot)
    {
        var now = (ulong)service.Time.GetUtcNow().ToUnixTimeSeconds();
        var history = new WhatsApp.Proto.HistorySync { SyncType = HistorySyncType.NonBlockingData, NctSalt = ByteString.CopyFrom(5, 5, 5) };
        history.PhoneNumberToLidMappings.Add(new PhoneNumberToLidMapping { PnJid = Ani.ToString(), LidJid = AniLid.ToString() });
        history.Conversations.Add(new Conversation { Id = AniLid.ToString(), TcToken = ByteString.CopyFrom(7, 7), TcTokenTimestamp = now, TcTokenSenderTimestamp = now });
        history.Pushnames.Add(new PushName { Id = bot.Phone.Bare.ToString(), Name = "Our name" });
        history.Pushnames.Add(new PushName { Id = Ani.ToString(), Name = "Not kept" });
        return history;
    }

    private static async Task AssertLearnedAsync(TestService service, TestDevice bot)
    {
        var now = service.Time.GetUtcNow();
        await bot.Database.RunAsync("test", store =>
        {
            var ani = store.Lids.PeerOf(Ani);
            Assert.Equal(AniLid, ani.Name);
            Assert.Equal((byte[])[7, 7], store.PrivacyTokens.Load(ani)!.Token);
            Assert.Equal(now, store.TokenIssues.LastAt(ani));
            Assert.Equal((byte[])[5, 5, 5], store.Device.NctSalt!);
            Assert.Equal("Our name", store.Device.Required.PushName);
        });
    }

    private static Task OfferAsync(
        TestService service, TestDevice phone, TestDevice bot, string id, WhatsApp.Proto.HistorySync history, Func<HistorySyncNotification, byte[], byte[]?>? change = null, byte[]? packed = null)
    {
        var (notification, file) = packed is null ? HistoryPacking.Pack(history, service.Random) : HistoryPacking.Pack(packed, history.SyncType, service.Random);
        notification.DirectPath = Path;
        if ((change is null ? file : change(notification, file)) is { } left)
        {
            service.Media.Files[Path] = left;
        }

        return SendAsync(phone, bot, id, notification);
    }

    private static async Task SendAsync(TestDevice phone, TestDevice bot, string id, HistorySyncNotification notification)
    {
        var message = new Message { ProtocolMessage = new ProtocolMessage { Type = ProtocolMessage.Types.Type.HistorySyncNotification, HistorySyncNotification = notification } };
        var random = new SystemRandomSource();
        var bundle = await bot.Database.RunAsync("test", store =>
        {
            var signed = store.Signal.LoadSignedPreKey(store.Device.Required.SignedPreKeyId)!;
            return new PreKeyBundle(store.Signal.Own.RegistrationId, store.Signal.Own.Identity.Public, signed.Id, signed.Key.Public, signed.Signature, null, null);
        });
        var ciphertext = await phone.Database.RunAsync("test", store =>
        {
            var cipher = new SessionCipher(store.Signal, random);
            var address = store.Lids.DeviceOf(bot.Lid);
            if (!cipher.HasSession(address))
            {
                cipher.BuildSession(address, bundle);
            }

            return cipher.Encrypt(address, MessagePadding.Pad(message.ToByteArray(), random));
        });
        await bot.ReceiveAsync(new Node(
            "message",
            new() { ["from"] = phone.Lid, ["id"] = id, ["t"] = 1_772_366_400, ["category"] = "peer" },
            new Node("enc", new() { ["v"] = 2, ["type"] = ciphertext.Type.WireName() }, ciphertext.Bytes)));
    }

    /// <summary>One conversation whose only message is that long, then its token; made while it is read.</summary>
    private sealed class LargeChat : Stream
    {
        private readonly byte[] _head;
        private readonly byte[] _tail;
        private readonly long _body;
        private long _at;

        public LargeChat(int body)
        {
            var id = System.Text.Encoding.ASCII.GetBytes("99777@lid");
            byte[] name = [0x0A, (byte)id.Length, .. id];
            byte[] token = [0xAA, 0x01, 3, 1, 2, 3, 0xB0, 0x01, .. Varint(1_772_366_400)];
            byte[] messages = [0x12, .. Varint(body)];
            _head = [0x12, .. Varint(name.Length + messages.Length + body + token.Length), .. name, .. messages];
            (_tail, _body) = (token, body);
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _head.Length + _body + _tail.Length;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = 0;
            for (; read < count && _at < Length; read++, _at++)
            {
                buffer[offset + read] = _at < _head.Length ? _head[_at] : _at < _head.Length + _body ? (byte)0 : _tail[_at - _head.Length - _body];
            }

            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private static byte[] Varint(long value)
        {
            var bytes = new List<byte>();
            for (; value >= 0x80; value >>= 7)
            {
                bytes.Add((byte)(value | 0x80));
            }

            bytes.Add((byte)value);
            return [.. bytes];
        }
    }
}
