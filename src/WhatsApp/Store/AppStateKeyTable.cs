namespace WhatsApp.Store;

/// <summary>Keys of the account's app state as its phone has shared them. Nothing reads them yet; later they could not be had without asking the phone.</summary>
internal sealed class AppStateKeyTable(StoreConnection store)
{
    private const string Purpose = "app_state_keys.data";

    public void Save(byte[] id, byte[] data, DateTimeOffset now) => store.Execute(
        "INSERT OR REPLACE INTO app_state_keys (id, data, received_at) VALUES ($1, $2, $3)", id, store.Seal(data, Purpose), now);

    /// <summary>The whole <c>AppStateSyncKeyData</c>.</summary>
    public byte[]? Load(byte[] id) => store.ReadOne("SELECT data FROM app_state_keys WHERE id=$1", row => store.Open(row.Span(0), Purpose), id);

    public int Count => store.ReadOne("SELECT count(*) FROM app_state_keys", row => row.GetInt32(0));
}
