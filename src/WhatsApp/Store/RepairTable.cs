using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>When the session with a device was last set up anew, and why; the cause is a number of the repairing feature.</summary>
internal sealed class RepairTable(StoreConnection store)
{
    public DateTimeOffset? LastAt(DeviceId device) => store.ReadOne<DateTimeOffset?>(
        "SELECT at FROM repairs WHERE person=$1 AND device=$2", row => row.Instant(0), device.PersonKey, device.Number);

    public void Save(DeviceId device, int cause, DateTimeOffset now) => store.Execute(
        "INSERT OR REPLACE INTO repairs (person, device, at, cause) VALUES ($1, $2, $3, $4)", device.PersonKey, device.Number, now, cause);

    public void DeletePerson(PeerId person) => store.Execute("DELETE FROM repairs WHERE person=$1", person);

    public int Prune(DateTimeOffset before) => store.Execute("DELETE FROM repairs WHERE at < $1", before);
}
