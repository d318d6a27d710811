using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>When we last gave each person a privacy token of ours.</summary>
internal sealed class TokenIssueTable(StoreConnection store)
{
    public DateTimeOffset? LastAt(PeerId person) => store.ReadOne<DateTimeOffset?>("SELECT issued_at FROM token_issues WHERE person=$1", row => row.Instant(0), person);

    public void Save(PeerId person, DateTimeOffset at) => store.Execute(
        "INSERT INTO token_issues (person, issued_at) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET issued_at=max(issued_at, $2)", person, at);

    /// <summary>The person has set up WhatsApp anew: what we gave is gone. True when there was something.</summary>
    public bool Forget(PeerId person) => store.Execute("DELETE FROM token_issues WHERE person=$1", person) == 1;
}
