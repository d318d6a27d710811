namespace WhatsApp.Store;

/// <summary>How far a message of ours has come.</summary>
internal enum OutboundState
{
    /// <summary>Encrypted and stored; not known to have reached the service.</summary>
    Encrypted = 0,

    /// <summary>The service has it.</summary>
    Acked = 1,

    /// <summary>The service refused it.</summary>
    Failed = 2,

    /// <summary>A device of the recipient has it.</summary>
    Delivered = 3,

    /// <summary>The recipient has seen it.</summary>
    Read = 4,
}

/// <summary>One message of ours.</summary>
internal sealed record OutboundRow(string Id, Jid Chat, byte[] Plaintext, byte[]? Stanza, OutboundState State, int? Code, DateTimeOffset CreatedAt, DateTimeOffset? AckedAt);

/// <summary>Messages of ours: the plaintext to answer retries, the stanza's bytes to send again identically.</summary>
internal sealed class OutboundTable(StoreConnection store)
{
    private const string Plaintext = "outbound.plaintext";
    private const string Stanza = "outbound.stanza";

    public void Add(string id, Jid chat, byte[] plaintext, byte[]? stanza, DateTimeOffset now) => store.Execute(
        "INSERT INTO outbound (id, chat, plaintext, stanza, state, created_at) VALUES ($1, $2, $3, $4, 0, $5)",
        id,
        chat,
        store.Seal(plaintext, Plaintext),
        stanza is null ? null : store.Seal(stanza, Stanza),
        now);

    public OutboundRow? Find(string id) => store.ReadOne(
        "SELECT id, chat, plaintext, stanza, state, code, created_at, acked_at FROM outbound WHERE id=$1",
        row => new OutboundRow(
            row.GetString(0),
            row.Address(1),
            store.Open(row.Blob(2), Plaintext),
            row.BlobOrNull(3) is { } stanza ? store.Open(stanza, Stanza) : null,
            (OutboundState)row.GetInt64(4),
            row.IsDBNull(5) ? null : row.GetInt32(5),
            row.Instant(6),
            row.InstantOrNull(7)),
        id);

    public void MarkAcked(string id, DateTimeOffset serverTime) => store.Execute("UPDATE outbound SET state=1, acked_at=$2 WHERE id=$1 AND state IN (0, 2)", id, serverTime);

    public void MarkFailed(string id, int code) => store.Execute("UPDATE outbound SET state=2, code=$2 WHERE id=$1 AND state=0", id, code);

    /// <summary>Delivered or read. False when it had come as far already, or is not ours.</summary>
    public bool MarkSeen(string id, OutboundState state) => store.Execute("UPDATE outbound SET state=$2 WHERE id=$1 AND state<$2", id, (int)state) == 1;

    /// <summary>Forgets what nobody may ask for again.</summary>
    public int Prune(DateTimeOffset before) => store.Execute("DELETE FROM outbound WHERE created_at < $1", before);
}
