namespace WhatsApp.Store;

/// <summary>The newest version of the service's web client that was ever read. One row; it never goes back.</summary>
internal sealed class ClientVersionTable(StoreConnection store)
{
    public (uint Revision, DateTimeOffset ReadAt)? Load() => store.ReadOne<(uint, DateTimeOffset)?>(
        "SELECT revision, read_at FROM client_version WHERE id=1", row => (row.UnsignedInt(0), row.Instant(1)));

    public void Save(uint revision, DateTimeOffset now) => store.Execute(
        "INSERT INTO client_version (id, revision, read_at) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET revision=max(revision, $1), read_at=$2", revision, now);
}
