using System.Globalization;
using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Messages;
using WhatsApp.Peers;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Tests.Connection;
using WhatsApp.Tests.Signal;

namespace WhatsApp.Tests.Login;

/// <summary>A long absence: WABOT_BACKLOG says how many messages have waited, 5,000 unless set.</summary>
[Collection(Alone.Name)]
public sealed class BacklogTests
{
    private const int Batch = 200;
    private const long MostGrowth = 8 * 1024 * 1024;

    [Fact]
    public async Task A_backlog_of_thousands_is_pulled_batch_by_batch_and_held_in_the_store_not_in_memory()
    {
        var total = int.TryParse(Environment.GetEnvironmentVariable("WABOT_BACKLOG"), CultureInfo.InvariantCulture, out var asked) ? asked : 5000;
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync(drain: false);
        var writer = new Writer(await BundleAsync(bed));
        await connection.SendAsync(new Node("ib", null, new Node("offline_preview", new() { ["count"] = total })));

        var early = 0L;
        var late = 0L;
        for (var sent = 0; sent < total;)
        {
            // Nothing comes that was not asked for, and the next part is asked for only once this one is being handled.
            Assert.Equal(Batch.ToString(CultureInfo.InvariantCulture), (await connection.ExpectAsync(node => node.Tag == "ib")).Child("offline_batch")!["count"]);
            Assert.True(connection.PassedOver.TrueForAll(node => node.Tag != "ib"));
            connection.PassedOver.Clear();
            for (var i = 0; i < Batch && sent < total; i++, sent++)
            {
                await connection.SendAsync(writer.Next(sent));
            }

            if (sent < total)
            {
                await bed.Clock.PassAsync(TimeSpan.FromMilliseconds(100));
            }

            if (sent == Batch * 5)
            {
                early = await SettledMemoryAsync(bed, sent);
            }
        }

        late = await SettledMemoryAsync(bed, total);
        await connection.SendAsync(new Node("ib", null, new Node("offline", new() { ["count"] = total })));
        await bed.UntilAsync(status => status.OfflineQueueDrained);

        TestContext.Current.TestOutputHelper?.WriteLine($"{total} messages waited: managed memory {early / 1024} kB after {Batch * 5}, {late / 1024} kB at the end.");
        Assert.Equal(total, await bed.Database.RunAsync("test", store => store.Inbound.Waiting(0, total + 1).Count));
        Assert.InRange(late - early, long.MinValue, MostGrowth);
    }

    /// <summary>Managed memory once everything sent so far is handled.</summary>
    private static async Task<long> SettledMemoryAsync(SessionBed bed, int handled)
    {
        for (var tries = 0; await bed.Database.RunAsync("test", store => store.Inbound.Waiting(handled - 1, 1).Count) == 0; tries++)
        {
            Assert.True(tries < 1_000_000, "The messages sent are not handled.");
            await Task.Yield();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static Task<PreKeyBundle> BundleAsync(SessionBed bed) => bed.Database.RunAsync("test", store =>
    {
        var signed = store.Signal.LoadSignedPreKey(store.Device.Required.SignedPreKeyId)!;
        return new PreKeyBundle(store.Signal.Own.RegistrationId, store.Signal.Own.Identity.Public, signed.Id, signed.Key.Public, signed.Signature, null, null);
    });

    /// <summary>Somebody who writes and writes; each message is made when it is sent.</summary>
    private sealed class Writer
    {
        private readonly Party _party = new("100000000000009", new SeededRandom(7));
        private readonly DeviceId _to = DeviceId.Of(SessionBed.OwnLid, NoBook.Instance);

        public Writer(PreKeyBundle bundle) => _party.Sessions.BuildSession(_to, bundle);

        public Node Next(int number)
        {
            var message = new Message { Conversation = string.Create(CultureInfo.InvariantCulture, $"message {number}") };
            var ciphertext = _party.Sessions.Encrypt(_to, MessagePadding.Pad(message.ToByteArray(), _party.Random));
            return new Node(
                "message",
                new() { ["from"] = _party.Address.Peer.Name, /* the phone: a companion would have to show its certificate */ ["id"] = string.Create(CultureInfo.InvariantCulture, $"M{number}"), ["t"] = 1_793_534_400, ["offline"] = number },
                new Node("enc", new() { ["v"] = 2, ["type"] = ciphertext.Type.WireName() }, ciphertext.Bytes));
        }
    }
}
