using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>A token a person gave us: shows the service that they know us.</summary>
internal sealed record PrivacyToken(byte[] Token, DateTimeOffset IssuedAt);

/// <summary>The newest privacy token of each person.</summary>
internal sealed class PrivacyTokenTable(StoreConnection store)
{
    private const string Purpose = "privacy_tokens.token";

    public PrivacyToken? Load(PeerId person) => store.ReadOne(
        "SELECT token, issued_at FROM privacy_tokens WHERE person=$1",
        row => new PrivacyToken(store.Open(row.Span(0), Purpose), row.Instant(1)),
        person);

    /// <summary>An older token than the one at hand changes nothing.</summary>
    public void Save(PeerId person, byte[] token, DateTimeOffset issuedAt) => store.Execute(
        """
        INSERT INTO privacy_tokens (person, token, issued_at) VALUES ($1, $2, $3)
        ON CONFLICT (person) DO UPDATE SET token=$2, issued_at=$3 WHERE issued_at <= $3
        """,
        person,
        store.Seal(token, Purpose),
        issuedAt);

    /// <summary>Forgets tokens the service no longer takes.</summary>
    public int Prune(DateTimeOffset issuedBefore) => store.Execute("DELETE FROM privacy_tokens WHERE issued_at < $1", issuedBefore);
}
