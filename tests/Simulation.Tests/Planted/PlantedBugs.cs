using WhatsApp.Binary;

namespace Simulation.Tests.Planted;

/// <summary>The faults the simulation has to find. Each is one that a client in the field has, or could have.</summary>
internal static class PlantedBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new("the service is answered before the commit") { IsTooEarly = commit => commit == "message-received" },
        new("the counter is saved after the send") { IsTooEarly = commit => commit == "message-sent" },
        new("events count as acknowledged when they are stored")
        {
            Sql = "CREATE TRIGGER bug AFTER INSERT ON inbound BEGIN UPDATE inbound SET acknowledged_at=NEW.at WHERE position=NEW.position; END",
        },
        new("the outbox is not kept")
        {
            Sql = "CREATE TRIGGER bug AFTER INSERT ON outbound BEGIN DELETE FROM outbound WHERE id=NEW.id; END",
        },
        new("answers to messages are not kept")
        {
            Sql = "CREATE TRIGGER bug BEFORE UPDATE OF state ON outbound WHEN NEW.state=1 BEGIN SELECT RAISE(IGNORE); END",
        },
        new("prekeys are deleted once the service has them")
        {
            Sql = """
                DELETE FROM prekeys WHERE given_out=1;
                CREATE TRIGGER bug1 AFTER UPDATE OF given_out ON prekeys BEGIN DELETE FROM prekeys WHERE id=NEW.id; END;
                CREATE TRIGGER bug2 AFTER INSERT ON prekeys WHEN NEW.given_out=1 BEGIN DELETE FROM prekeys WHERE id=NEW.id; END
                """,
        },
        new("the next prekey id follows the highest key that is left")
        {
            Sql = "CREATE TRIGGER bug AFTER DELETE ON prekeys BEGIN UPDATE device SET next_prekey_id=coalesce((SELECT max(id)+1 FROM prekeys), 1); END",
        },
        new("a failed decryption costs the live session")
        {
            Sql = "CREATE TRIGGER bug AFTER INSERT ON retries WHEN NEW.key LIKE 'asked|%' BEGIN DELETE FROM sessions WHERE instr(NEW.key, person)>0; END",
        },
        new("messages are told apart by row")
        {
            Sql = "CREATE TRIGGER bug AFTER INSERT ON inbound WHEN NEW.kind='Message' BEGIN UPDATE inbound SET dedupe=dedupe||'|'||position WHERE position=NEW.position; END",
        },
        new("a duplicate gets no receipt")
        {
            Sql = "CREATE TRIGGER bug BEFORE UPDATE OF receipt_sent_at ON inbound WHEN NEW.receipt_sent_at IS NULL BEGIN SELECT RAISE(IGNORE); END",
        },
        new("the sender key outlives a member")
        {
            Sql = """
                CREATE TRIGGER bug1 BEFORE DELETE ON sender_keys WHEN OLD.person LIKE '%000001@%' BEGIN SELECT RAISE(IGNORE); END;
                CREATE TRIGGER bug2 BEFORE DELETE ON sender_key_shares BEGIN SELECT RAISE(IGNORE); END
                """,
        },
        new("moving to a LID leaves the sessions behind")
        {
            Sql = """
                CREATE TRIGGER bug BEFORE INSERT ON sessions
                WHEN EXISTS (SELECT 1 FROM lids JOIN sessions AS old ON old.person=lids.phone WHERE lids.lid=NEW.person) BEGIN SELECT RAISE(IGNORE); END
                """,
        },
        new("moving to a LID leaves the sender keys behind")
        {
            Sql = """
                CREATE TRIGGER bug BEFORE INSERT ON sender_keys
                WHEN EXISTS (SELECT 1 FROM lids JOIN sender_keys AS old ON old.person=lids.phone WHERE lids.lid=NEW.person) BEGIN SELECT RAISE(IGNORE); END
                """,
        },
        new("retries are not counted")
        {
            Sql = "CREATE TRIGGER bug AFTER UPDATE OF count ON retries WHEN NEW.key LIKE 'asked|%' BEGIN UPDATE retries SET count=1 WHERE key=NEW.key; END",
        },
        new("group events are trusted to be complete and in order") { Inbound = WithoutVersions },
    ];

    public static PlantedBug Named(string name) => All.First(bug => bug.Name == name);

    private static Node WithoutVersions(Node stanza)
    {
        if (stanza["type"] == "w:gp2")
        {
            foreach (var change in stanza.Children)
            {
                change.Attributes["prev_v_id"] = default;
                change.Attributes["v_id"] = default;
            }
        }

        return stanza;
    }
}
