namespace WhatsApp.Store;

/// <summary>One stored event.</summary>
internal sealed record InboundRow(long Position, string Kind, DateTimeOffset At, bool Offline, byte[] Payload);

/// <summary>A receipt that may go out because the host has the event.</summary>
internal sealed record DueReceipt(long Position, byte[] Receipt);

/// <summary>Events until the host has acknowledged them, and the receipts that wait for that. Payload and receipt in a form of the receiver's.</summary>
internal sealed class InboundTable(StoreConnection store)
{
    private const string Payload = "inbound.payload";
    private const string Receipt = "inbound.receipt";

    /// <summary>Stores an event. Null when one with this dedupe key is there already.</summary>
    public long? Add(StoreKey dedupe, string kind, byte[] payload, byte[]? receipt, DateTimeOffset at, bool offline) => store.ReadOne<long?>(
        """
        INSERT INTO inbound (dedupe, kind, at, offline, payload, receipt, person) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (dedupe) DO NOTHING RETURNING position
        """,
        row => row.GetInt64(0),
        dedupe.Text,
        kind,
        at,
        offline,
        store.Seal(payload, Payload),
        receipt is null ? null : store.Seal(receipt, Receipt),
        dedupe.Person);

    public bool Contains(StoreKey dedupe) => store.ReadOne("SELECT 1 FROM inbound WHERE dedupe=$1", _ => true, dedupe.Text);

    /// <summary>The event came once more: its receipt was lost, or answered the service under another name of the sender. It is due again, as this copy wants it.</summary>
    public void MakeReceiptDueAgain(StoreKey dedupe, byte[] receipt) =>
        store.Execute("UPDATE inbound SET receipt=$2, receipt_sent_at=NULL WHERE dedupe=$1", dedupe.Text, store.Seal(receipt, Receipt));

    /// <summary>Events the host has not acknowledged, oldest first, after a position.</summary>
    public IReadOnlyList<InboundRow> Waiting(long after, int limit) => store.Read(
        "SELECT position, kind, at, offline, payload FROM inbound WHERE acknowledged_at IS NULL AND position>$1 ORDER BY position LIMIT $2",
        row => new InboundRow(row.GetInt64(0), row.GetString(1), row.Instant(2), row.GetInt64(3) != 0, store.Open(row.Span(4), Payload)),
        after,
        limit);

    /// <summary>False when it was acknowledged before, or is not there.</summary>
    public bool Acknowledge(long position, DateTimeOffset now) =>
        store.Execute("UPDATE inbound SET acknowledged_at=$2 WHERE position=$1 AND acknowledged_at IS NULL", position, now) == 1;

    public byte[]? ReceiptOf(long position) => store.ReadOne(
        "SELECT receipt FROM inbound WHERE position=$1", row => row.BlobOrNull(0) is { } receipt ? store.Open(receipt, Receipt) : null, position);

    /// <summary>Receipts of acknowledged events that have not gone out, oldest first.</summary>
    public IReadOnlyList<DueReceipt> DueReceipts(int limit) => store.Read(
        "SELECT position, receipt FROM inbound WHERE acknowledged_at IS NOT NULL AND receipt IS NOT NULL AND receipt_sent_at IS NULL ORDER BY position LIMIT $1",
        row => new DueReceipt(row.GetInt64(0), store.Open(row.Span(1), Receipt)),
        limit);

    public void MarkReceiptSent(long position, DateTimeOffset now) => store.Execute("UPDATE inbound SET receipt_sent_at=$2 WHERE position=$1", position, now);

    /// <summary>Forgets acknowledged events of before, and those older than the newest <paramref name="keep"/>; their dedupe keys go too.</summary>
    public int Prune(DateTimeOffset before, int keep) => store.Execute(
        """
        DELETE FROM inbound WHERE acknowledged_at IS NOT NULL AND (receipt IS NULL OR receipt_sent_at IS NOT NULL)
            AND (acknowledged_at < $1 OR position <= (SELECT max(position) FROM inbound) - $2)
        """,
        before,
        keep);
}
