using WhatsApp.Store;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Store;

/// <summary>What a device made after a logout takes over from the one before.</summary>
public sealed class NewDeviceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jid Own = new("628000000001", JidServers.Phone, 7);
    private static readonly Jid Person = new("990000000000002", JidServers.Lid);
    private static readonly Jid Group = new("120363", JidServers.Group);

    [Fact]
    public async Task Nothing_written_under_the_old_link_goes_out_under_the_new_one()
    {
        using var folder = new TestFolder();
        await using var database = SqliteSessionDatabase.Open(folder.Path, new TestProtector());
        await database.RunAsync("test", store =>
        {
            Pair(store, Own);
            store.Outbound.Add("waits", Person, [1], [2], [3], Now);
            store.Outbound.Add("refused", Person, [1], [2], [3], Now);
            store.Outbound.MarkFailed("refused", 463);
            store.Outbound.Add("taken", Person, [1], [2], [3], Now);
            store.Outbound.MarkAcked("taken", Now);
            store.Inbound.Acknowledge(store.Inbound.Add(StoreKey.Of("test", "acknowledged"), "Message", [1], [9], Now, false)!.Value, Now);
            store.Inbound.Add(StoreKey.Of("test", "unread"), "Message", [1], [9], Now, false);
            store.Groups.Save(Group, [1], Now);
            store.DeviceLists.Save(store.Lids.PeerOf(Person), [0, 0], Now);
            store.PrivacyTokens.Save(store.Lids.PeerOf(Person), [1], Now);
            store.Device.Quarantine("logged out", Now);

            store.Device.Create(new SystemRandomSource(), Now);
        });

        await database.RunAsync("test", store =>
        {
            Assert.Empty(store.Outbound.Unacked(DateTimeOffset.MinValue.AddDays(1), 10));
            Assert.Null(store.Outbound.Find("waits")); // the host's next try encrypts it anew
            Assert.Null(store.Outbound.Find("refused"));
            Assert.Equal((Now, null), (store.Outbound.Find("taken")!.AckedAt!.Value, store.Outbound.Find("taken")!.Stanza)); // and this is not sent twice
            Assert.Empty(store.Inbound.DueReceipts(10));
            Assert.Single(store.Inbound.Waiting(0, 10)); // the host still gets what it has not seen
            Assert.Null(store.Groups.Load(Group));
            Assert.Null(store.DeviceLists.Load(store.Lids.PeerOf(Person)));
            Assert.Null(store.PrivacyTokens.Load(store.Lids.PeerOf(Person)));
        });
    }

    [Theory]
    [InlineData("628000000001", true)]
    [InlineData("628000000009", false)]
    public async Task Chats_stay_with_the_account_they_were_begun_with(string number, bool kept)
    {
        using var folder = new TestFolder();
        await using var database = SqliteSessionDatabase.Open(folder.Path, new TestProtector());
        await database.RunAsync("test", store =>
        {
            Pair(store, Own);
            store.Chats.Add(store.Lids.PeerOf(Person), Now);
            store.Device.Quarantine("logged out", Now);

            Pair(store, new Jid(number, JidServers.Phone, 12));
        });

        Assert.Equal(kept, await database.RunAsync("test", store => store.Chats.Contains(store.Lids.PeerOf(Person))));
    }

    private static void Pair(SessionTransaction store, Jid own)
    {
        store.Device.Create(new SystemRandomSource(), Now);
        store.Device.SavePaired(new PairedAccount(own, null, [1], new byte[32], null, null, LidMigrated: true), Now);
    }
}
