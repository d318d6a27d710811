using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>People who have written to us: only they can be written to.</summary>
internal sealed class ChatTable(StoreConnection store)
{
    /// <summary>The person wrote, by the service's clock at that time.</summary>
    public void Add(PeerId person, DateTimeOffset at) => store.Execute(
        "INSERT INTO chats (person, first_at, last_at) VALUES ($1, $2, $2) ON CONFLICT (person) DO UPDATE SET last_at=max(last_at, $2)", person, at);

    public DateTimeOffset? LastAt(PeerId person) => store.ReadOne<DateTimeOffset?>("SELECT last_at FROM chats WHERE person=$1", row => row.Instant(0), person);

    public bool Contains(PeerId person) => store.ReadOne("SELECT 1 FROM chats WHERE person=$1", _ => true, person);
}
