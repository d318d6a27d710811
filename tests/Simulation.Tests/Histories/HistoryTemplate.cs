using Microsoft.Data.Sqlite;
using Simulation.Tests.Driving;
using Simulation.Tests.World;
using WhatsApp.Binary;
using WhatsApp.Login;
using WhatsApp.Store;

namespace Simulation.Tests.Histories;

/// <summary>Where every history begins: a linked client whose first keys are uploaded. Made once a process, always the same.</summary>
internal sealed class HistoryTemplate : IDisposable
{
    private const int FirstKeys = 12;

    public HistoryTemplate()
    {
        var random = new SimRandom(7);
        var now = new SimClock().GetUtcNow();
        Disk.Open();
        SqliteSessionDatabase.Prepare(Disk);
        var store = new SessionTransaction(new StoreConnection(Disk, new OpenProtector()));
        store.Device.Create(random, now);
        store.Device.SavePaired(new PairedAccount(SimService.BotPhone, SimService.BotLid, [1, 2, 3], new byte[32], null, null, LidMigrated: true), now);
        store.Lids.Learn(SimService.BotPhone, SimService.BotLid, now);
        var keys = store.PreKeys.TakeForUpload(FirstKeys, random);
        store.PreKeys.MarkUploaded(keys.Select(key => key.Id));
        store.Device.MarkPreKeysUploaded(now);
        Upload = PreKeyStanzas.Upload(store.Device.Required.Own, store.SignedPreKeys.Load(SignedPreKeyTable.FirstId)!, keys);
    }

    public SqliteConnection Disk { get; } = new("Data Source=:memory:;Pooling=False");

    public Node Upload { get; }

    public void Dispose() => Disk.Dispose();
}
