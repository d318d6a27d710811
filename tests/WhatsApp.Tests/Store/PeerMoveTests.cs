using Microsoft.Data.Sqlite;
using WhatsApp.Peers;
using WhatsApp.Store;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Store;

public sealed class PeerMoveTests : IAsyncLifetime
{
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
    public async Task Learning_a_LID_moves_everything_kept_under_the_number_and_keeps_what_is_newer_there()
    {
        await _database.RunAsync("test", store =>
        {
            var (number, lid) = (store.Lids.PeerOf(Phone), store.Lids.PeerOf(Lid));
            store.Sessions.Save(number.Device(0), [1]);
            store.Sessions.Save(number.Device(3), [2]);
            store.Sessions.Save(lid.Device(3), [33]);
            store.Identities.Save(number.Device(3), [4]);
            store.SenderKeys.Save(Group, number.Device(3), [5]);
            store.SenderKeyShares.Add(Group, 77, number.Device(3));
            store.DeviceLists.Save(number, [0, 3], Now);
            store.Chats.Add(number, Now);
            store.PrivacyTokens.Save(number, [6], Now);
            store.PrivacyTokens.Save(lid, [7], Now.AddDays(-1));
            store.Repairs.Save(number.Device(3), 1, Now);
            store.Retries.Increment(StoreKey.Of("asks", number.Device(3), "B1"), Now);
            store.Retries.Increment(StoreKey.OfMessage(number, number, "M0").For("asked"), Now);
            store.Inbound.Add(StoreKey.OfMessage(number, number, "M1"), "Message", [1], null, Now, offline: false);
            store.Inbound.Add(StoreKey.OfMessage(Group, number, "M2"), "Message", [1], null, Now, offline: false);
            store.Outbound.Add("B1", number.Name, [1], [2], null, Now);

            Assert.Equal(LidLearned.New, store.Lids.Learn(Phone.WithDevice(3), Lid, Now));

            var person = store.Lids.PeerOf(Phone);
            Assert.Equal(lid, person);
            Assert.Equal([1], store.Sessions.Load(person.Device(0))!);
            Assert.Equal([33], store.Sessions.Load(person.Device(3))!);
            Assert.Equal([4], store.Identities.Load(person.Device(3))!);
            Assert.Equal([5], store.SenderKeys.Load(Group, person.Device(3))!);
            Assert.Equal([person.Device(3)], store.SenderKeyShares.Holders(Group, 77));
            Assert.Equal([0, 3], store.DeviceLists.Load(person)!.Payload);
            Assert.True(store.Chats.Contains(person));
            Assert.Equal([6], store.PrivacyTokens.Load(person)!.Token); // the newer one, whichever name it came under
            Assert.Equal(Now, store.Repairs.LastAt(person.Device(3)));
            Assert.Equal(1, store.Retries.Count(StoreKey.Of("asks", person.Device(3), "B1")));
            Assert.Equal(1, store.Retries.Count(StoreKey.OfMessage(person, person, "M0").For("asked")));
            Assert.True(store.Inbound.Contains(StoreKey.OfMessage(person, person, "M1")));
            Assert.True(store.Inbound.Contains(StoreKey.OfMessage(Group, person, "M2")));
            Assert.Equal(Lid, store.Outbound.Find("B1")!.Chat);
            Assert.Equal([2], store.Outbound.Find("B1")!.Stanza!); // the bytes are not touched
        });
        AssertNoTableHolds(Phone);
    }

    [Fact]
    public void Every_table_that_keeps_something_of_a_person_is_moved()
    {
        using var connection = OpenFile();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type='table' AND c.name='person'";
        using var reader = command.ExecuteReader();
        var tables = new List<string>();
        while (reader.Read())
        {
            tables.Add(reader.GetString(0));
        }

        Assert.Equal(PeerMove.Copies.Keys.Concat(PeerMove.Renames.Keys).Order(), tables.Order());
    }

    [Fact]
    public async Task A_number_the_service_gives_to_another_LID_is_told_and_the_new_owner_starts_with_nothing()
    {
        var other = new Jid("100000000000003", JidServers.Lid);
        await _database.RunAsync("test", store =>
        {
            Assert.Equal(LidLearned.New, store.Lids.Learn(Phone, other, Now));
            store.Sessions.Save(store.Lids.DeviceOf(Phone), [1]);

            Assert.Equal(LidLearned.Changed, store.Lids.Learn(Phone, Lid, Now));
            Assert.Null(store.Sessions.Load(store.Lids.DeviceOf(Phone)));
            Assert.Equal([1], store.Sessions.Load(store.Lids.DeviceOf(other))!);

            // The number went to another owner, the person kept the LID under a new number.
            var newPhone = new Jid("628000000004", JidServers.Phone);
            Assert.Equal(LidLearned.Changed, store.Lids.Learn(newPhone, Lid, Now));
            Assert.Equal(newPhone, store.Lids.PhoneOf(Lid));
            Assert.Null(store.Lids.LidOf(Phone));
        });
    }

    [Fact]
    public async Task A_pair_that_only_a_stanza_names_is_never_a_key_until_the_service_confirms_it()
    {
        await _database.RunAsync("test", store =>
        {
            Assert.Equal(LidSighted.Unconfirmed, store.Lids.Sight(Phone, Lid, Now));
            Assert.Equal(Phone, store.Lids.PeerOf(Phone).Name);
            Assert.Null(store.Lids.PhoneOf(Lid));
            Assert.Equal((Phone, Lid), (store.Lids.SightedPhoneOf(Lid), store.Lids.SightedLidOf(Phone)));

            Assert.Equal(LidLearned.New, store.Lids.Learn(Phone, Lid, Now));
            Assert.Null(store.Lids.SightedPhoneOf(Lid));
            Assert.Equal(LidSighted.Known, store.Lids.Sight(Phone, Lid, Now));
            Assert.Equal(LidSighted.Conflict, store.Lids.Sight(Phone, new Jid("100000000000009", JidServers.Lid), Now));
            Assert.Equal(LidSighted.Conflict, store.Lids.Sight(new Jid("628000000009", JidServers.Phone), Lid, Now));
            Assert.Equal(Lid, store.Lids.LidOf(Phone));
        });
    }

    [Fact]
    public void Names_used_as_keys_come_only_out_of_a_book_or_a_row()
    {
        Assert.Empty(typeof(PeerId).GetConstructors()); // the private one is what the book's lookup calls
        Assert.All(
            typeof(DeviceId).GetConstructors(),
            made => Assert.Equal(typeof(PeerId), made.GetParameters()[0].ParameterType));
    }

    [Fact]
    public void No_table_takes_an_address_of_the_wire_for_a_person()
    {
        var raw =
            from table in typeof(SessionTransaction).GetProperties().Select(property => property.PropertyType).Append(typeof(WhatsApp.Signal.ISignalStore))
            where table != typeof(LidTable) && table != typeof(DeviceTable) // the book itself, and our own names
            from method in table.GetMethods()
            from parameter in method.GetParameters()
            where (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) == typeof(Jid) && parameter.Name is not ("group" or "chat")
            select $"{table.Name}.{method.Name}({parameter.Name})";
        Assert.Empty(raw);
    }

    private void AssertNoTableHolds(Jid name)
    {
        using var connection = OpenFile();
        foreach (var table in PeerMove.Copies.Keys.Concat(PeerMove.Renames.Keys))
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Names of tables of ours.
            command.CommandText = $"SELECT count(*) FROM {table} WHERE person=$1";
#pragma warning restore CA2100
            command.Parameters.AddWithValue("$1", name.ToString());
            Assert.True(0 == (long)command.ExecuteScalar()!, table);
        }
    }

    private SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "session.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection;
    }
}
