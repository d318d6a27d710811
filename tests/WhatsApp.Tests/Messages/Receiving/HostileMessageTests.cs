using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Messages;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages.Receiving;

public sealed class HostileMessageTests
{
    [Fact]
    public async Task Stanzas_that_break_the_rules_are_refused_and_the_next_good_one_is_read()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var part = new Node("enc", new() { ["v"] = 2, ["type"] = "msg" }, new byte[40]);
        var group = Jid.Parse("1203630001@g.us");
        Node[] broken =
        [
            new("message", new() { ["from"] = member.Lid, ["id"] = "X1" }, part),
            new("message", new() { ["from"] = member.Lid, ["t"] = 1 }, part),
            new("message", new() { ["from"] = member.Lid, ["id"] = "X2", ["t"] = 1 }),
            new("message", new() { ["from"] = group, ["id"] = "X3", ["t"] = 1 }, part),
            new("message", new() { ["from"] = group, ["participant"] = group, ["id"] = "X4", ["t"] = 1 }, part),
            new("message", new() { ["from"] = member.Lid, ["id"] = "X5", ["t"] = 1 }, [.. Enumerable.Repeat(part, 100)]),
            new("message", new() { ["from"] = member.Lid, ["id"] = "X6", ["t"] = "yesterday" }, part),
            new("message", new() { ["from"] = member.Lid, ["id"] = "X7", ["t"] = 1 }, new Node("enc", new() { ["v"] = 2, ["type"] = "msg" }, new byte[1024 * 1024 + 1])),
            new("message", new() { ["from"] = member.Lid, ["id"] = "X8", ["t"] = 1 }, new Node("enc", new() { ["v"] = 9, ["type"] = "msg" }, new byte[40])),
            new("message", new() { ["from"] = member.Lid, ["id"] = new string('9', 4000), ["t"] = 1 }, part),
        ];

        foreach (var stanza in broken)
        {
            await bot.ReceiveAsync(stanza);
        }

        await member.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();

        Assert.Equal(broken.Length, bot.Written.Count(node => node.Tag == "ack" && node["error"] == "487"));
        Assert.DoesNotContain(bot.Written, node => node["type"] == "retry");
        Assert.Equal("!claim", Assert.Single(await bot.EventsAsync<MessageReceived>()).Text);
    }

    [Fact]
    public async Task A_message_nested_beyond_reason_is_refused()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var shallow = new Message { Conversation = "deep" };
        for (var depth = 0; depth < 12; depth++)
        {
            shallow = new Message { EphemeralMessage = new() { Message = shallow } };
        }

        byte[] deep = [];
        for (var depth = 0; depth < 3000; depth++)
        {
            var length = new byte[5];
            var output = new CodedOutputStream(length);
            output.WriteLength(deep.Length);
            byte[] inner = [0x0A, .. length.AsSpan(0, (int)output.Position), .. deep];
            output = new CodedOutputStream(length = new byte[5]);
            output.WriteLength(inner.Length);
            deep = [0xC2, 0x02, .. length.AsSpan(0, (int)output.Position), .. inner];
        }

        await SendRawAsync(member, bot, "X1", shallow.ToByteArray());
        await SendRawAsync(member, bot, "X2", deep);
        await SendRawAsync(member, bot, "X3", [0xFF, 0xFF, 0xFF]);
        await SendRawAsync(member, bot, "X4", new Message { Conversation = "fine" }.ToByteArray());

        Assert.Equal(["X1", "X2", "X3"], bot.Written.Where(node => node["error"] == "491").Select(node => node["id"]!));
        Assert.Equal("X4", Assert.Single(await bot.EventsAsync<MessageReceived>()).Id);
    }

    [Fact]
    public async Task What_only_our_own_devices_may_say_is_not_believed_from_others()
    {
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var forged = new Message { DeviceSentMessage = new() { DestinationJid = "6280009@s.whatsapp.net", Message = new() { Conversation = "!claim" } } };
        var mapping = new Message
        {
            ProtocolMessage = new()
            {
                Type = ProtocolMessage.Types.Type.LidMigrationMappingSync,
                LidMigrationMappingSyncMessage = new()
                {
                    EncodedMappingPayload = new LidMigrationMappingSyncPayload { PnToLidMappings = { new LidMigrationMapping { Pn = 6280009, AssignedLid = 666 } } }.ToByteString(),
                },
            },
        };

        await SendRawAsync(member, bot, "X1", forged.ToByteArray());
        await SendRawAsync(member, bot, "X2", mapping.ToByteArray());

        Assert.Empty(await bot.EventsAsync<MessageReceived>());
        Assert.Null(await bot.Database.RunAsync("test", store => store.Lids.LidOf(Jid.Parse("6280009@s.whatsapp.net"))));
    }

    [Fact]
    public async Task The_own_phone_is_told_that_its_housekeeping_arrived()
    {
        await using var service = new TestService();
        var (bot, phone) = (await service.AddAsync("1", 1), await service.AddAsync("1"));
        var mapping = new Message
        {
            ProtocolMessage = new()
            {
                Type = ProtocolMessage.Types.Type.LidMigrationMappingSync,
                LidMigrationMappingSyncMessage = new()
                {
                    EncodedMappingPayload = new LidMigrationMappingSyncPayload { PnToLidMappings = { new LidMigrationMapping { Pn = 6280009, AssignedLid = 777 } } }.ToByteString(),
                },
            },
        };
        var history = new Message { ProtocolMessage = new() { Type = ProtocolMessage.Types.Type.HistorySyncNotification, HistorySyncNotification = new() { SyncType = HistorySyncType.PushName } } };

        await SendRawAsync(phone, bot, "P1", mapping.ToByteArray(), peer: true);
        await SendRawAsync(phone, bot, "P2", history.ToByteArray(), peer: true);

        Assert.Equal(["peer_msg", "hist_sync"], bot.Written.Where(node => node.Tag == "receipt").Select(node => node["type"]!));
        Assert.Equal(Jid.Parse("777@lid"), await bot.Database.RunAsync("test", store => store.Lids.LidOf(Jid.Parse("6280009@s.whatsapp.net"))));
    }

    [Fact]
    public async Task Keys_of_the_app_state_are_kept_when_the_own_phone_shares_them_and_not_when_others_do()
    {
        await using var service = new TestService();
        var (bot, phone, stranger) = (await service.AddAsync("1", 1), await service.AddAsync("1"), await service.AddAsync("2"));
        var data = new AppStateSyncKeyData { KeyData = ByteString.CopyFrom(new byte[32]), Timestamp = 5 };

        await SendRawAsync(phone, bot, "P1", Share([1, 2]), peer: true);
        await SendRawAsync(stranger, bot, "P2", Share([3, 4]));

        Assert.Contains(bot.Written, node => node["type"] == "peer_msg" && node["id"] == "P1");
        var (kept, others) = await bot.Database.RunAsync("test", store => (store.AppStateKeys.Load([1, 2]), store.AppStateKeys.Load([3, 4])));
        Assert.Equal(data, AppStateSyncKeyData.Parser.ParseFrom(kept));
        Assert.Null(others);

        byte[] Share(byte[] id) => new Message
        {
            ProtocolMessage = new()
            {
                Type = ProtocolMessage.Types.Type.AppStateSyncKeyShare,
                AppStateSyncKeyShare = new() { Keys = { new AppStateSyncKey { KeyId = new() { KeyId = ByteString.CopyFrom(id) }, KeyData = data } } },
            },
        }.ToByteArray();
    }

    /// <summary>A peer that encrypts whatever it likes.</summary>
    private static async Task SendRawAsync(TestDevice from, TestDevice to, string id, byte[] plaintext, bool peer = false)
    {
        var bundle = await to.Database.RunAsync("bundle", store =>
        {
            var signed = store.Signal.LoadSignedPreKey(store.Device.Required.SignedPreKeyId)!;
            return new PreKeyBundle(store.Signal.Own.RegistrationId, store.Signal.Own.Identity.Public, signed.Id, signed.Key.Public, signed.Signature, null, null);
        });
        var ciphertext = await from.Database.RunAsync("encrypt", store =>
        {
            var random = new SystemRandomSource();
            var cipher = new SessionCipher(store.Signal, random);
            var address = store.Lids.DeviceOf(to.Lid);
            if (!cipher.HasSession(address))
            {
                cipher.BuildSession(address, bundle);
            }

            return cipher.Encrypt(address, MessagePadding.Pad(plaintext, random));
        });
        await to.ReceiveAsync(new Node(
            "message",
            new() { ["from"] = from.Lid, ["id"] = id, ["t"] = 1_772_366_400, ["category"] = peer ? "peer" : null },
            new Node("enc", new() { ["v"] = 2, ["type"] = ciphertext.Type.WireName() }, ciphertext.Bytes)));
    }
}
