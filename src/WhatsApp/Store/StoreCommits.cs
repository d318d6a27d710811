using Microsoft.Data.Sqlite;

namespace WhatsApp.Store;

/// <summary>Runs calls of the store in one commit, each inside its own savepoint. Knows nothing of threads: whoever calls is the writer.</summary>
internal sealed class StoreCommits(StoreConnection store, Action<string>? probe)
{
    private readonly SessionTransaction _transaction = new(store);

    /// <summary>One durable commit for all these calls.</summary>
    /// <param name="calls">Read one by one, each after the one before has run.</param>
    /// <returns>Those that may be told now; the others have been told that they failed.</returns>
    public IReadOnlyList<StoreCall> Run(IEnumerable<StoreCall> calls)
    {
        var batch = new List<StoreCall>();
        var done = new List<StoreCall>();
        try
        {
            foreach (var call in calls)
            {
                batch.Add(call);
                if (batch.Count == 1)
                {
                    store.Execute("BEGIN IMMEDIATE");
                }

                if (call.Start() && RunInSavepoint(call))
                {
                    done.Add(call);
                }
            }

            var changed = done.FindAll(call => call.HasChanged);
            Probe(changed, "before");
            store.Execute("COMMIT");
            Probe(changed, "after");
        }
#pragma warning disable CA1031 // The writer must live; every caller of this commit gets the fault.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (store.InTransaction)
            {
                store.Execute("ROLLBACK");
            }

            var failed = new SessionStoreException("The commit failed; nothing of it can be relied on.", fault);
            foreach (var call in batch)
            {
                call.Fail(failed);
            }

            return [];
        }

        return done;
    }

    /// <summary>False when the call failed and only its own changes were undone.</summary>
    private bool RunInSavepoint(StoreCall call)
    {
        store.Execute("SAVEPOINT call");
        var before = store.Changes;
        try
        {
            call.Run(_transaction);
            call.HasChanged = store.Changes != before;
            store.Execute("RELEASE call");
            return true;
        }
#pragma warning disable CA1031 // One call's fault belongs to its caller, not to the others in the commit.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            if (!store.InTransaction)
            {
                throw; // SQLite has rolled everything back: the whole batch failed
            }

            store.Execute("ROLLBACK TO call");
            store.Execute("RELEASE call");
            call.Fail(fault is SqliteException ? new SessionStoreException("The store refused.", fault) : fault);
            return false;
        }
    }

    private void Probe(List<StoreCall> calls, string moment)
    {
        if (probe is not null)
        {
            foreach (var name in calls.Select(call => call.Commit).Distinct(StringComparer.Ordinal))
            {
                probe($"whatsapp.{name}.{moment}");
            }
        }
    }
}
