namespace WhatsApp.Store;

/// <summary>People who have written to us: only they can be written to.</summary>
internal sealed class ChatTable(StoreConnection store)
{
    public void Add(Jid person, DateTimeOffset now) =>
        store.Execute("INSERT OR IGNORE INTO chats (person, first_at) VALUES ($1, $2)", person.Bare, now);

    public bool Contains(Jid person) => store.ReadOne("SELECT 1 FROM chats WHERE person=$1", _ => true, person.Bare);
}
