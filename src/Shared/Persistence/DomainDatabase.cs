using Microsoft.EntityFrameworkCore;

namespace Shared.Persistence;

/// <summary>Makes the database ready; to be called once before anything else of the domain.</summary>
public interface IDomainDatabase
{
    /// <summary>Creates the file with its rights, checks it and brings it to the newest schema.</summary>
    /// <exception cref="InvalidDataException">The file is damaged. It is left as it is.</exception>
    Task OpenAsync(CancellationToken ct);
}

internal sealed class DomainDatabase(IDbContextFactory<WaBotDatabase> databases, string path) : IDomainDatabase
{
    public async Task OpenAsync(CancellationToken ct)
    {
        DatabaseFile.Prepare(path);
        await using var db = await databases.CreateDbContextAsync(ct);
        string verdict;
        try
        {
            verdict = (await db.Database.SqlQueryRaw<string>("PRAGMA quick_check(1)").ToListAsync(ct)).FirstOrDefault() ?? "";
        }
        catch (Microsoft.Data.Sqlite.SqliteException fault)
        {
            throw new InvalidDataException("The domain database cannot be read; restore it from a backup.", fault);
        }
        if (verdict != "ok")
        {
            throw new InvalidDataException("The domain database is damaged; restore it from a backup.");
        }
        await db.Database.MigrateAsync(ct);
    }
}
