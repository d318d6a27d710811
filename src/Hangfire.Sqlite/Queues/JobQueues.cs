using System.Collections.Concurrent;
using Hangfire.Sqlite.Database;

namespace Hangfire.Sqlite.Queues;

/// <summary>
/// Claims on queue rows. Each start of a process is an epoch with a number of its own; the file lock proves that every other
/// epoch is dead, so its claims are free again as soon as the file is open. The sliding claim is the second line: a claim
/// whose holder forgot it (neither settled nor alive in memory) is given back after the timeout.
/// </summary>
internal sealed class JobQueues(Writer writer, QueueSignals signals, TimeProvider clock, TimeSpan claimTimeout, long epoch)
{
    /// <summary>Signals make looking unnecessary; the look is for the case that one was missed.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, WeakReference<SqliteFetchedJob>> _held = new();
    private long _tokens;

    /// <summary>Starts an epoch: claims and servers of earlier ones are of dead processes.</summary>
    public static long StartEpoch(SqlSession session)
    {
        session.Run("UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
        session.Run("UPDATE queue SET owner = NULL, token = NULL, claimed_at = NULL WHERE owner IS NOT NULL");
        session.Run("DELETE FROM server");
        return session.Count("SELECT value FROM meta WHERE name = 'epoch'");
    }

    public SqliteFetchedJob Fetch(string[] queues, CancellationToken cancellationToken)
    {
        string? owed = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mark = signals.Mark(queues);
            var claim = writer.Run(session => TryClaim(session, queues), durable: false);
            if (claim is not null)
            {
                if (owed is not null && owed != claim.Queue)
                {
                    signals.Signal(owed); // woken for one queue, served by another: somebody else has to look
                }

                var fetched = new SqliteFetchedJob(this, claim);
                _held[claim.Token] = new WeakReference<SqliteFetchedJob>(fetched);
                return fetched;
            }

            owed = signals.Wait(queues, mark, LongestSleep, cancellationToken);
        }
    }

    public void Remove(Claim claim) => writer.Run(session => Remove(session, claim), durable: true);

    /// <summary>Inside somebody's unit. A claim that was lost removes nothing.</summary>
    public static void Remove(SqlSession session, Claim claim) =>
        session.Run("DELETE FROM queue WHERE id = ?1 AND token = ?2", claim.RowId, claim.Token);

    public void Requeue(Claim claim)
    {
        var given = writer.Run(
            session => session.Run("UPDATE queue SET owner = NULL, token = NULL, claimed_at = NULL WHERE id = ?1 AND token = ?2", claim.RowId, claim.Token),
            durable: false);
        if (given > 0)
        {
            signals.Signal(claim.Queue);
        }
    }

    public void Forget(Claim claim) => _held.TryRemove(claim.Token, out _);

    /// <summary>Extends what is held, then gives back what nobody has extended. In this order: after a long halt all held claims look old.</summary>
    public void KeepClaims()
    {
        foreach (var (token, held) in _held)
        {
            if (!held.TryGetTarget(out _))
            {
                _held.TryRemove(token, out _);
            }
        }

        var now = clock.Milliseconds();
        var lost = writer.Run(
            session =>
            {
                foreach (var token in _held.Keys)
                {
                    session.Run("UPDATE queue SET claimed_at = ?1 WHERE owner IS NOT NULL AND token = ?2", now, token);
                }

                return session.All(
                    "UPDATE queue SET owner = NULL, token = NULL, claimed_at = NULL WHERE owner IS NOT NULL AND claimed_at <= ?1 RETURNING queue",
                    row => row.Text(0),
                    now - (long)claimTimeout.TotalMilliseconds);
            },
            durable: false);
        lost.ForEach(signals.Signal);
    }

    private Claim? TryClaim(SqlSession session, string[] queues)
    {
        // Token: the epoch in the upper half, a count in the lower; unique as long as one process claims under 2^32 jobs.
        foreach (var queue in queues)
        {
            var token = (epoch << 32) | (++_tokens & 0xFFFF_FFFF); // units run one at a time
            var claim = session.One(
                """
                UPDATE queue SET owner = ?1, token = ?2, claimed_at = ?3
                WHERE id = (SELECT id FROM queue WHERE queue = ?4 AND owner IS NULL ORDER BY id LIMIT 1)
                RETURNING id, job_id
                """,
                row => new Claim(row.Long(0), token, queue, row.Long(1)),
                epoch,
                token,
                clock.Milliseconds(),
                queue);
            if (claim is not null)
            {
                return claim;
            }
        }

        return null;
    }
}
