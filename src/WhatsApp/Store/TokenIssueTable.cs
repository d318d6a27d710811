namespace WhatsApp.Store;

/// <summary>When we last gave each person a privacy token of ours.</summary>
internal sealed class TokenIssueTable(StoreConnection store)
{
    public DateTimeOffset? LastAt(Jid person) => store.ReadOne<DateTimeOffset?>("SELECT issued_at FROM token_issues WHERE person=$1", row => row.Instant(0), person.Bare);

    public void Save(Jid person, DateTimeOffset at) => store.Execute(
        "INSERT INTO token_issues (person, issued_at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET issued_at=max(issued_at, $2)", person.Bare, at);

    /// <summary>The person has set up WhatsApp anew: what we gave is gone. True when there was something.</summary>
    public bool Forget(Jid person) => store.Execute("DELETE FROM token_issues WHERE person=$1", person.Bare) == 1;
}
