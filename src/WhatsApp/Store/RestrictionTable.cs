using WhatsApp.Peers;

namespace WhatsApp.Store;

/// <summary>A refusal that still stands. Level counts how often it came back shortly after it had ended.</summary>
internal sealed record Restriction(WriteObstacle Obstacle, DateTimeOffset Since, DateTimeOffset? Until, int Level)
{
    public bool StandsAt(DateTimeOffset now) => Until is null || Until > now;
}

/// <summary>What the service does not let us write: by person, or for the whole account by the obstacle's name.</summary>
internal sealed class RestrictionTable(StoreConnection store)
{
    public Restriction? Of(PeerId person) => Load(person.ToString());

    /// <summary>Of the whole account.</summary>
    public Restriction? Of(WriteObstacle obstacle) => Load(obstacle.ToString());

    public void Set(PeerId person, Restriction restriction) => Save(person.ToString(), restriction);

    /// <summary>For the whole account.</summary>
    public void Set(Restriction restriction) => Save(restriction.Obstacle.ToString(), restriction);

    /// <summary>For the whole account no more.</summary>
    public bool Lift(WriteObstacle obstacle) => store.Execute("DELETE FROM restrictions WHERE scope=$1", obstacle.ToString()) == 1;

    /// <summary>The person showed, at that time, that they want to hear from us.</summary>
    public void Lift(PeerId person, DateTimeOffset shownAt) => store.Execute("DELETE FROM restrictions WHERE scope=$1 AND since<=$2", person, shownAt);

    private Restriction? Load(string scope) => store.ReadOne(
        "SELECT obstacle, since, until, level FROM restrictions WHERE scope=$1",
        row => new Restriction((WriteObstacle)row.GetInt32(0), row.Instant(1), row.InstantOrNull(2), row.GetInt32(3)),
        scope);

    private void Save(string scope, Restriction restriction) => store.Execute(
        "INSERT OR REPLACE INTO restrictions (scope, obstacle, since, until, level) VALUES ($1, $2, $3, $4, $5)",
        scope,
        (long)restriction.Obstacle,
        restriction.Since,
        restriction.Until,
        (long)restriction.Level);
}
