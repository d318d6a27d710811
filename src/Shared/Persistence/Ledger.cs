using Microsoft.EntityFrameworkCore;
using Shared.FailPoints;

namespace Shared.Persistence;

/// <summary>Runs each change as one durable transaction, writers one after the other, a fail point on either side of the commit.</summary>
internal sealed class Ledger(IDbContextFactory<WaBotDatabase> databases, IFailPoints failPoints) : IDisposable
{
    // SQLite lets one writer in at a time; waiting here is fairer and faster than its own retry.
    private readonly SemaphoreSlim writers = new(1, 1);

    public async Task<T> CommitAsync<T>(string operation, Func<WaBotDatabase, Task<T>> work, CancellationToken ct)
    {
        await writers.WaitAsync(ct);
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct); // BEGIN IMMEDIATE: what is read stays true until the commit
            var result = await work(db);
            await db.SaveChangesAsync(ct);
            failPoints.Reach(FailPointNames.Before(operation));
            await transaction.CommitAsync(ct);
            failPoints.Reach(FailPointNames.After(operation));
            return result;
        }
        finally
        {
            writers.Release();
        }
    }

    public async Task<T> ReadAsync<T>(Func<WaBotDatabase, Task<T>> work, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await work(db);
    }

    public void Dispose() => writers.Dispose();
}
