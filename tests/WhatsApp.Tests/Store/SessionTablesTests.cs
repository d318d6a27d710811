using WhatsApp.Store;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Store;

public sealed class SessionTablesTests : IAsyncLifetime
{
    private static readonly SystemRandomSource Chance = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Jid Phone = new("628000000002", JidServers.Phone);
    private static readonly Jid Lid = new("100000000000002", JidServers.Lid);
    private static readonly Jid Group = new("120363000000000001", JidServers.Group);
    private readonly TestFolder _folder = new();
    private SqliteSessionDatabase _database = null!;

    public ValueTask InitializeAsync()
    {
        _database = SqliteSessionDatabase.Open(_folder.Path, new TestProtector());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Prekey_ids_are_never_used_twice_not_even_by_the_next_device()
    {
        await _database.RunAsync("test", store =>
        {
            store.Device.Create(Chance, Now);
            var offered = store.PreKeys.TakeForUpload(3, Chance);
            Assert.Equal([1U, 2U, 3U], offered.Select(key => key.Id));
            Assert.Equal([1U, 2U, 3U, 4U], store.PreKeys.TakeForUpload(4, Chance).Select(key => key.Id)); // no result yet: the same again
            store.PreKeys.MarkUploaded([1, 2, 3, 4]);
            Assert.Equal(5U, store.PreKeys.Reserve(Chance, Now).Id);
            store.PreKeys.Remove(4);
            Assert.Equal([6U], store.PreKeys.TakeForUpload(1, Chance).Select(key => key.Id));
            Assert.Equal(offered[0].Key.Public, store.PreKeys.Load(1)!.Public); // an uploaded key stays until it is used

            store.Device.Quarantine("test", Now);
            store.Device.Create(Chance, Now);
            Assert.Null(store.PreKeys.Load(1));
            Assert.Equal([7U], store.PreKeys.TakeForUpload(1, Chance).Select(key => key.Id));
        });
    }

    [Fact]
    public async Task A_quarantined_device_keeps_its_row_and_is_current_no_more()
    {
        await _database.RunAsync("test", store =>
        {
            var former = store.Device.Create(Chance, Now);
            store.Sessions.Save(store.Lids.DeviceOf(Lid), [1]);
            store.Device.Quarantine("LoggedOut 401", Now);

            Assert.Null(store.Device.Current);
            var next = store.Device.Create(Chance, Now);

            Assert.NotEqual(former.Own.Identity.Public, next.Own.Identity.Public);
            Assert.Null(store.Sessions.Load(store.Lids.DeviceOf(Lid)));
            Assert.Equal([(former.Row, "LoggedOut 401", Now)], store.Device.Quarantined);
        });
    }

    [Fact]
    public async Task An_event_is_stored_once_waits_for_the_host_and_only_then_owes_its_receipt()
    {
        await _database.RunAsync("test", store =>
        {
            var position = store.Inbound.Add(StoreKey.Of("chat", "sender/id"), "message", [1, 2], [9], Now, offline: true);
            Assert.NotNull(position);
            Assert.Null(store.Inbound.Add(StoreKey.Of("chat", "sender/id"), "message", [1, 2], [9], Now, offline: false));
            var later = store.Inbound.Add(StoreKey.Of("chat", "sender/id2"), "message", [3], null, Now, offline: false);

            Assert.Empty(store.Inbound.DueReceipts(10));
            Assert.Equal([position.Value, later!.Value], store.Inbound.Waiting(0, 10).Select(row => row.Position));
            Assert.True(store.Inbound.Acknowledge(position.Value, Now));
            Assert.False(store.Inbound.Acknowledge(position.Value, Now));
            Assert.Equal([9], Assert.Single(store.Inbound.DueReceipts(10)).Receipt);
            Assert.Equal(0, store.Inbound.Prune(Now.AddDays(1), keep: 0)); // the receipt is still owed
            store.Inbound.MarkReceiptSent(position.Value, Now);
            Assert.Empty(store.Inbound.DueReceipts(10));
            Assert.Equal(later.Value, Assert.Single(store.Inbound.Waiting(0, 10)).Position);
            Assert.Equal(0, store.Inbound.Prune(Now, keep: 10));
            Assert.Equal(1, store.Inbound.Prune(Now, keep: 1)); // too many, though not too old
            Assert.Equal(later.Value, Assert.Single(store.Inbound.Waiting(0, 10)).Position); // never what the host has not seen
        });
    }

    [Fact]
    public async Task A_sent_message_keeps_its_bytes_and_only_moves_forward()
    {
        await _database.RunAsync("test", store =>
        {
            store.Outbound.Add("A1", Lid, [1], [2, 2], null, Now);
            store.Outbound.MarkAcked("A1", Now.AddSeconds(1));
            Assert.True(store.Outbound.MarkSeen("A1", OutboundState.Read));
            Assert.False(store.Outbound.MarkSeen("A1", OutboundState.Delivered));
            store.Outbound.MarkFailed("A1", 463);

            var row = store.Outbound.Find("A1")!;
            Assert.Equal((OutboundState.Read, null, Now.AddSeconds(1)), (row.State, row.Code, row.AckedAt));
            Assert.Equal([2, 2], row.Stanza!);
            Assert.Null(store.Outbound.Find("A2"));
        });
    }
}
