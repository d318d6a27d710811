namespace WhatsApp.Store;

/// <summary>The tables, as numbered steps: a store at step n gets the steps after n. A step that has shipped is never changed.</summary>
internal static class SessionSchema
{
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE device (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            created_at INTEGER NOT NULL,
            noise_key BLOB NOT NULL,
            identity_key BLOB NOT NULL,
            registration_id INTEGER NOT NULL,
            adv_secret BLOB NOT NULL,
            signed_prekey_id INTEGER NOT NULL,
            next_prekey_id INTEGER NOT NULL DEFAULT 1,
            prekeys_uploaded_at INTEGER,
            own_phone TEXT,
            own_lid TEXT,
            account BLOB,
            account_key BLOB,
            platform TEXT,
            business_name TEXT,
            push_name TEXT,
            lid_migrated INTEGER NOT NULL DEFAULT 0,
            paired_at INTEGER,
            edge_routing BLOB,
            server_offset_ms INTEGER NOT NULL DEFAULT 0,
            quarantined_at INTEGER,
            quarantine_reason TEXT
        );
        CREATE UNIQUE INDEX one_current_device ON device (quarantined_at IS NULL) WHERE quarantined_at IS NULL;
        CREATE TABLE prekeys (id INTEGER PRIMARY KEY, private_key BLOB NOT NULL, given_out INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE signed_prekeys (id INTEGER PRIMARY KEY, private_key BLOB NOT NULL, signature BLOB NOT NULL, created_at INTEGER NOT NULL);
        CREATE TABLE sessions (person TEXT NOT NULL, device INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (person, device)) WITHOUT ROWID;
        CREATE TABLE identities (person TEXT NOT NULL, device INTEGER NOT NULL, public_key BLOB NOT NULL, PRIMARY KEY (person, device)) WITHOUT ROWID;
        CREATE TABLE sender_keys (
            group_jid TEXT NOT NULL, person TEXT NOT NULL, device INTEGER NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY (group_jid, person, device)) WITHOUT ROWID;
        CREATE INDEX sender_keys_by_person ON sender_keys (person);
        CREATE TABLE lids (phone TEXT PRIMARY KEY, lid TEXT NOT NULL, authoritative INTEGER NOT NULL, learned_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX lids_by_lid ON lids (lid);
        CREATE TABLE device_lists (person TEXT PRIMARY KEY, payload BLOB NOT NULL, fetched_at INTEGER NOT NULL, stale INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE groups (jid TEXT PRIMARY KEY, payload BLOB NOT NULL, read_at INTEGER NOT NULL, stale INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE inbound (
            position INTEGER PRIMARY KEY AUTOINCREMENT,
            dedupe TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            at INTEGER NOT NULL,
            offline INTEGER NOT NULL,
            payload BLOB NOT NULL,
            receipt BLOB,
            acknowledged_at INTEGER,
            receipt_sent_at INTEGER
        );
        CREATE INDEX inbound_waiting ON inbound (position) WHERE acknowledged_at IS NULL;
        CREATE INDEX inbound_receipts ON inbound (position) WHERE acknowledged_at IS NOT NULL AND receipt IS NOT NULL AND receipt_sent_at IS NULL;
        CREATE TABLE outbound (
            id TEXT PRIMARY KEY,
            chat TEXT NOT NULL,
            plaintext BLOB NOT NULL,
            stanza BLOB,
            state INTEGER NOT NULL,
            code INTEGER,
            created_at INTEGER NOT NULL,
            acked_at INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX outbound_by_age ON outbound (created_at);
        CREATE TABLE sender_key_shares (
            group_jid TEXT NOT NULL, key_id INTEGER NOT NULL, person TEXT NOT NULL, device INTEGER NOT NULL,
            PRIMARY KEY (group_jid, key_id, person, device)) WITHOUT ROWID;
        CREATE TABLE retries (key TEXT PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX retries_by_age ON retries (at);
        """,
        """
        CREATE TABLE chats (person TEXT PRIMARY KEY, first_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE privacy_tokens (person TEXT PRIMARY KEY, token BLOB NOT NULL, issued_at INTEGER NOT NULL) WITHOUT ROWID;
        ALTER TABLE outbound ADD COLUMN delivery BLOB;
        CREATE INDEX outbound_unacked ON outbound (created_at) WHERE state=0;
        """,
        "CREATE TABLE app_state_keys (id BLOB PRIMARY KEY, data BLOB NOT NULL, received_at INTEGER NOT NULL) WITHOUT ROWID;",
        """
        ALTER TABLE device ADD COLUMN nct_salt BLOB;
        ALTER TABLE chats ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE token_issues (person TEXT PRIMARY KEY, issued_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE restrictions (
            scope TEXT PRIMARY KEY, obstacle INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER, level INTEGER NOT NULL) WITHOUT ROWID;
        """,
        "CREATE TABLE store_keys (id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL);",
        """
        CREATE TABLE lid_sightings (phone TEXT PRIMARY KEY, lid TEXT NOT NULL, seen_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX lid_sightings_by_lid ON lid_sightings (lid);
        CREATE TABLE repairs (person TEXT NOT NULL, device INTEGER NOT NULL, at INTEGER NOT NULL, cause INTEGER NOT NULL, PRIMARY KEY (person, device)) WITHOUT ROWID;
        ALTER TABLE inbound ADD COLUMN person TEXT;
        UPDATE inbound SET person=substr(substr(dedupe, 9 + instr(substr(dedupe, 9), '|')), 1, instr(substr(dedupe, 9 + instr(substr(dedupe, 9), '|')), '|') - 1)
            WHERE dedupe LIKE 'message|%';
        CREATE INDEX inbound_by_person ON inbound (person) WHERE person IS NOT NULL;
        DELETE FROM retries;
        ALTER TABLE retries ADD COLUMN person TEXT;
        CREATE INDEX retries_by_person ON retries (person) WHERE person IS NOT NULL;
        CREATE INDEX outbound_by_chat ON outbound (chat);
        CREATE INDEX sender_key_shares_by_person ON sender_key_shares (person);
        DELETE FROM sender_keys WHERE person IN (SELECT phone FROM lids);
        """,
        """
        ALTER TABLE device ADD COLUMN keys_checked_at INTEGER;
        ALTER TABLE device ADD COLUMN signed_prekey_refused_at INTEGER;
        ALTER TABLE prekeys ADD COLUMN reserved_at INTEGER;
        CREATE TABLE placeholders (key TEXT PRIMARY KEY, person TEXT, stanza BLOB NOT NULL, at INTEGER NOT NULL, request TEXT) WITHOUT ROWID;
        CREATE INDEX placeholders_by_person ON placeholders (person) WHERE person IS NOT NULL;
        CREATE INDEX placeholders_by_request ON placeholders (request) WHERE request IS NOT NULL;
        """,
        "CREATE TABLE client_version (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, read_at INTEGER NOT NULL);",
        "CREATE TABLE history (id TEXT PRIMARY KEY, notice BLOB NOT NULL, at INTEGER NOT NULL, attempts INTEGER NOT NULL) WITHOUT ROWID;",
    ];
}
