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
internal sealed record OutboundRow(string Id, Jid Chat, byte[] Plaintext, byte[]? Stanza, byte[]? Delivery, OutboundState State, int? Code, DateTimeOffset CreatedAt, DateTimeOffset? AckedAt);

/// <summary>Messages of ours: the plaintext to answer retries, the stanza's bytes to send again identically.</summary>
internal sealed class OutboundTable(StoreConnection store)
{
    private const string Plaintext = "outbound.plaintext";
    private const string Stanza = "outbound.stanza";
    private const string Delivery = "outbound.delivery";

    /// <param name="id">Names the message.</param>
    /// <param name="chat">Where it goes.</param>
    /// <param name="plaintext">For retries.</param>
    /// <param name="stanza">As it is written, again and again.</param>
    /// <param name="delivery">What the sender has to remember until the ack.</param>
    /// <param name="now">The time.</param>
    public void Add(string id, Jid chat, byte[] plaintext, byte[]? stanza, byte[]? delivery, DateTimeOffset now) => store.Execute(
        "INSERT INTO outbound (id, chat, plaintext, stanza, state, created_at, delivery) VALUES ($1, $2, $3, $4, 0, $5, $6)",
        id,
        chat,
        store.Seal(plaintext, Plaintext),
        stanza is null ? null : store.Seal(stanza, Stanza),
        now,
        delivery is null ? null : store.Seal(delivery, Delivery));

    /// <summary>The service refused the first form for its addressing: another stanza takes its place.</summary>
    public void Replace(string id, byte[] stanza, byte[] delivery) => store.Execute(
        "UPDATE outbound SET stanza=$2, delivery=$3, state=0, code=NULL WHERE id=$1 AND state IN (0, 2)",
        id,
        store.Seal(stanza, Stanza),
        store.Seal(delivery, Delivery));

    /// <summary>Messages the service has not answered, oldest first.</summary>
    public IReadOnlyList<(string Id, Jid Chat, byte[] Stanza)> Unacked(DateTimeOffset since, int limit) => store.Read(
        "SELECT id, stanza, chat FROM outbound WHERE state=0 AND stanza IS NOT NULL AND created_at>=$1 ORDER BY created_at, id LIMIT $2",
        row => (row.GetString(0), row.Address(2), store.Open(row.Span(1), Stanza)),
        since,
        limit);

    /// <summary>What has to be remembered of the messages the service has not answered; a recipient's receipt may be quicker than it.</summary>
    public IReadOnlyList<(Jid Chat, byte[] Delivery)> Undelivered() => store.Read(
        "SELECT chat, delivery FROM outbound WHERE acked_at IS NULL AND state<>2 AND delivery IS NOT NULL", row => (row.Address(0), store.Open(row.Span(1), Delivery)));

    public OutboundRow? Find(string id) => store.ReadOne(
        "SELECT id, chat, plaintext, stanza, state, code, created_at, acked_at, delivery FROM outbound WHERE id=$1",
        row => new OutboundRow(
            row.GetString(0),
            row.Address(1),
            store.Open(row.Span(2), Plaintext),
            row.BlobOrNull(3) is { } stanza ? store.Open(stanza, Stanza) : null,
            row.BlobOrNull(8) is { } delivery ? store.Open(delivery, Delivery) : null,
            (OutboundState)row.GetInt64(4),
            row.IsDBNull(5) ? null : row.GetInt32(5),
            row.Instant(6),
            row.InstantOrNull(7)),
        id);

    public void MarkAcked(string id, DateTimeOffset serverTime) => store.Execute(
        "UPDATE outbound SET state=CASE WHEN state IN (0, 2) THEN 1 ELSE state END, acked_at=$2 WHERE id=$1", id, serverTime);

    public void MarkFailed(string id, int code) => store.Execute("UPDATE outbound SET state=2, code=$2 WHERE id=$1 AND state=0", id, code);

    /// <summary>Delivered or read. False when it had come as far already, or is not ours.</summary>
    public bool MarkSeen(string id, OutboundState state) => store.Execute("UPDATE outbound SET state=$2 WHERE id=$1 AND state<$2", id, (int)state) == 1;

    /// <summary>Forgets what nobody may ask for again.</summary>
    public int Prune(DateTimeOffset before, int keep) => store.Execute(
        "DELETE FROM outbound WHERE created_at < $1 OR id IN (SELECT id FROM outbound ORDER BY created_at DESC LIMIT -1 OFFSET $2)", before, keep);
}
