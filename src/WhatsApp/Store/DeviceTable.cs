using WhatsApp.Crypto;
using WhatsApp.Signal;

namespace WhatsApp.Store;

/// <summary>The one current device, and former ones put aside with the reason. Quarantine keeps a row; nothing here deletes one.</summary>
internal sealed class DeviceTable(StoreConnection store)
{
    private const string NoiseKey = "device.noise_key";
    private const string IdentityKey = "device.identity_key";
    private const string AdvSecret = "device.adv_secret";
    private const string Account = "device.account";
    private const string NctSaltPurpose = "device.nct_salt";

    private DeviceRow? _current;
    private int _version = -1;

    /// <summary>
    /// Null before the first connection and after a logout. Every message reads it, so it is kept until something writes to it:
    /// readers share the keys' arrays and leave them as they are.
    /// </summary>
    public DeviceRow? Current
    {
        get
        {
            if (_version != store.DeviceVersion)
            {
                (_current, _version) = (Read(), store.DeviceVersion);
            }

            return _current;
        }
    }

    private DeviceRow? Read() => store.ReadOne(
        """
        SELECT row, noise_key, identity_key, registration_id, adv_secret, signed_prekey_id, own_phone, own_lid, account, push_name,
               lid_migrated, prekeys_uploaded_at, edge_routing, server_offset_ms, keys_checked_at, signed_prekey_refused_at
        FROM device WHERE quarantined_at IS NULL
        """,
        Map);

    /// <exception cref="InvalidOperationException">There is none.</exception>
    public DeviceRow Required => Current ?? throw new InvalidOperationException("There is no device in this store.");

    /// <summary>
    /// Makes the keys of a new device. What an earlier device knew of sessions is of no use to it and goes; so do its stanzas
    /// without an answer and its receipts, which must not go out in another device's name.
    /// </summary>
    public DeviceRow Create(IRandomSource random, DateTimeOffset now)
    {
        foreach (var table in (ReadOnlySpan<string>)["prekeys", "signed_prekeys", "sessions", "identities", "sender_keys", "sender_key_shares", "retries", "repairs", "placeholders", "device_lists", "groups", "privacy_tokens", "app_state_keys", "token_issues", "restrictions", "history"])
        {
            store.Execute($"DELETE FROM {table}");
        }

        store.Execute("DELETE FROM outbound WHERE acked_at IS NULL");
        store.Execute("UPDATE outbound SET stanza=NULL, delivery=NULL");
        store.Execute("UPDATE inbound SET receipt=NULL");

        var noise = KeyPair.Generate(random);
        var identity = KeyPair.Generate(random);
        var nextPreKey = store.ReadOne("SELECT max(next_prekey_id) FROM device", row => row.IsDBNull(0) ? 1 : row.GetInt64(0));
        store.Execute(
            """
            INSERT INTO device (created_at, noise_key, identity_key, registration_id, adv_secret, signed_prekey_id, next_prekey_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            now,
            store.Seal(noise.Private, NoiseKey),
            store.Seal(identity.Private, IdentityKey),
            random.PositiveInt31(),
            store.Seal(random.Bytes(32), AdvSecret),
            SignedPreKeyTable.FirstId,
            nextPreKey);
        new SignedPreKeyTable(store).Create(SignedPreKeyTable.FirstId, identity, random, now);
        return Required;
    }

    /// <summary>Links the current device to an account. Whoever wrote to another account has not written to this one.</summary>
    public void SavePaired(PairedAccount account, DateTimeOffset now)
    {
        var before = store.ReadOne<Jid?>(
            "SELECT own_phone FROM device WHERE quarantined_at IS NOT NULL AND own_phone IS NOT NULL ORDER BY row DESC LIMIT 1", row => row.Address(0));
        if (before is { } other && other.Bare != account.OwnPhone.Bare)
        {
            store.Execute("DELETE FROM chats");
        }

        store.Execute(
        """
        UPDATE device SET own_phone=$1, own_lid=$2, account=$3, account_key=$4, platform=$5, business_name=$6, lid_migrated=$7, paired_at=$8
        WHERE quarantined_at IS NULL
        """,
        account.OwnPhone,
        account.OwnLid,
        store.Seal(account.Account, Account),
        account.AccountKey,
        account.Platform,
        account.BusinessName,
        account.LidMigrated,
        now);
    }

    /// <summary>The secret that the phone's answer will be checked with; each way of linking agrees on its own.</summary>
    public void SaveAdvSecret(ReadOnlySpan<byte> secret) =>
        store.Execute("UPDATE device SET adv_secret=$1 WHERE quarantined_at IS NULL AND own_phone IS NULL", store.Seal(secret, AdvSecret));

    public void SaveLogin(Jid? ownLid, TimeSpan serverOffset) => store.Execute(
        "UPDATE device SET own_lid=coalesce($1, own_lid), server_offset_ms=$2 WHERE quarantined_at IS NULL", ownLid, (long)serverOffset.TotalMilliseconds);

    public void SavePushName(string name) => store.Execute("UPDATE device SET push_name=$1 WHERE quarantined_at IS NULL", name);

    /// <summary>From the account's phone: makes tokens for people who gave us none.</summary>
    public byte[]? NctSalt =>
        store.ReadOne("SELECT nct_salt FROM device WHERE quarantined_at IS NULL", row => row.BlobOrNull(0) is { } salt ? store.Open(salt, NctSaltPurpose) : null);

    public void SaveNctSalt(byte[] salt) => store.Execute("UPDATE device SET nct_salt=$1 WHERE quarantined_at IS NULL", store.Seal(salt, NctSaltPurpose));

    public void SaveEdgeRouting(byte[]? routing) => store.Execute("UPDATE device SET edge_routing=$1 WHERE quarantined_at IS NULL", routing);

    public void MarkPreKeysUploaded(DateTimeOffset now) => store.Execute("UPDATE device SET prekeys_uploaded_at=$1 WHERE quarantined_at IS NULL", now);

    /// <summary>The service was asked whether it holds our keys as we do.</summary>
    public void MarkKeysChecked(DateTimeOffset now) => store.Execute("UPDATE device SET keys_checked_at=$1 WHERE quarantined_at IS NULL", now);

    /// <summary>The service has taken this signed prekey: others get it from now on.</summary>
    public void SaveSignedPreKey(uint id) =>
        store.Execute("UPDATE device SET signed_prekey_id=$1, signed_prekey_refused_at=NULL WHERE quarantined_at IS NULL", id);

    public void MarkSignedPreKeyRefused(DateTimeOffset now) =>
        store.Execute("UPDATE device SET signed_prekey_refused_at=$1 WHERE quarantined_at IS NULL", now);

    /// <summary>Whether people are addressed by LID first.</summary>
    public void SaveLidMigrated(bool migrated) => store.Execute("UPDATE device SET lid_migrated=$1 WHERE quarantined_at IS NULL", migrated);

    /// <summary>Puts the current device aside. It is never connected again; its keys stay for the operator.</summary>
    public void Quarantine(string reason, DateTimeOffset now) =>
        store.Execute("UPDATE device SET quarantined_at=$2, quarantine_reason=$1 WHERE quarantined_at IS NULL", reason, now);

    /// <summary>Puts a linked device aside if it is still the current one.</summary>
    /// <returns>Whether it was.</returns>
    public bool QuarantineLinked(long row, string reason, DateTimeOffset now) =>
        store.Execute("UPDATE device SET quarantined_at=$2, quarantine_reason=$1 WHERE row=$3 AND quarantined_at IS NULL AND own_phone IS NOT NULL", reason, now, row) == 1;

    public IReadOnlyList<(long Row, string Reason, DateTimeOffset At)> Quarantined => store.Read(
        "SELECT row, quarantine_reason, quarantined_at FROM device WHERE quarantined_at IS NOT NULL ORDER BY row",
        row => (row.GetInt64(0), row.GetString(1), row.Instant(2)));

    private DeviceRow Map(StoreRow row) => new()
    {
        Row = row.GetInt64(0),
        Noise = KeyPair.FromPrivate(store.Open(row.Span(1), NoiseKey)),
        Own = new OwnIdentity(KeyPair.FromPrivate(store.Open(row.Span(2), IdentityKey)), row.UnsignedInt(3)),
        AdvSecret = store.Open(row.Span(4), AdvSecret),
        SignedPreKeyId = row.UnsignedInt(5),
        OwnPhone = row.AddressOrNull(6),
        OwnLid = row.AddressOrNull(7),
        Account = row.BlobOrNull(8) is { } account ? store.Open(account, Account) : null,
        PushName = row.TextOrNull(9),
        LidMigrated = row.GetInt64(10) != 0,
        PreKeysUploadedAt = row.InstantOrNull(11),
        EdgeRouting = row.BlobOrNull(12),
        ServerOffset = TimeSpan.FromMilliseconds(row.GetInt64(13)),
        KeysCheckedAt = row.InstantOrNull(14),
        SignedPreKeyRefusedAt = row.InstantOrNull(15),
    };
}
