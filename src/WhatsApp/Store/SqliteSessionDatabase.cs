using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace WhatsApp.Store;

/// <summary>
/// The session store in one SQLite file. One thread writes; calls that have queued up share one commit (one fsync),
/// each inside its own savepoint, and complete only after that commit.
/// </summary>
internal sealed class SqliteSessionDatabase : ISessionDatabase
{
    private const int MostCallsInOneCommit = 128;
    private const string WrongKey = "The session's keys cannot be read: they were sealed under another key, or changed.";

    private readonly BlockingCollection<StoreCall> _queue = [];
    private readonly StoreFolder _folder;
    private readonly StoreConnection _store;
    private readonly StoreCommits _commits;
    private readonly Thread _writer;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SqliteSessionDatabase(StoreFolder folder, StoreConnection store, Action<string>? probe)
    {
        _folder = folder;
        _store = store;
        _commits = new StoreCommits(store, probe);
        _writer = new Thread(Write) { IsBackground = true, Name = "session store" };
        _writer.Start();
    }

    /// <exception cref="SessionStoreException">Held by another process, damaged, or written by a newer version.</exception>
    public static SqliteSessionDatabase Open(string folder, ISecretProtector protector, Action<string>? probe = null)
    {
        var held = StoreFolder.Open(folder);
        SqliteConnection? connection = null;
        try
        {
            connection = held.Connect();
            Prepare(connection);
            return new SqliteSessionDatabase(held, new StoreConnection(connection, protector), probe);
        }
        catch (Exception fault)
        {
            connection?.Dispose();
            held.Dispose();
            if (fault is SqliteException)
            {
                throw new SessionStoreException("The session store cannot be opened; it may be damaged.", fault);
            }

            if (fault is CryptographicException)
            {
                throw new SessionStoreException(WrongKey, fault);
            }

            throw;
        }
    }

    /// <summary>Opens, and proves that the keys in it can be read.</summary>
    /// <exception cref="SessionStoreException">See <see cref="Open"/>; also when the protector cannot open what is stored.</exception>
    public static async Task<SqliteSessionDatabase> OpenAsync(string folder, ISecretProtector protector, Action<string>? probe, CancellationToken cancellationToken)
    {
        var database = Open(folder, protector, probe);
        try
        {
            await database.RunAsync("device-read", store => store.Device.Current, cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch (Exception fault)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            if (fault is CryptographicException)
            {
                throw new SessionStoreException(WrongKey, fault);
            }

            throw;
        }
    }

    public Task<T> RunAsync<T>(string commit, Func<SessionTransaction, T> work, CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(ct);
        }

        var call = new StoreCall<T>(commit, work, ct);
        try
        {
            _queue.Add(call, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteSessionDatabase));
        }

        return call.Task;
    }

    /// <summary>Finishes the queued calls, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Sets the connection up and brings the tables to the newest step.</summary>
    /// <exception cref="SessionStoreException">Damaged, or written by a newer version.</exception>
    internal static void Prepare(SqliteConnection connection)
    {
        Run(connection, "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=FAST; PRAGMA temp_store=MEMORY");
        if (Scalar(connection, "PRAGMA quick_check") is not "ok")
        {
            throw new SessionStoreException("The session store is damaged.");
        }

        var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);
        if (version > SessionSchema.Steps.Count)
        {
            throw new SessionStoreException("The session store was written by a newer version of this program.");
        }

        for (var step = version; step < SessionSchema.Steps.Count; step++)
        {
            Run(connection, $"BEGIN IMMEDIATE; {SessionSchema.Steps[step]} PRAGMA user_version={step + 1}; COMMIT");
        }
    }

    private void Write()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            foreach (var call in _commits.Run(WithQueued(first)))
            {
                call.Complete();
            }
        }

        _store.Dispose();
        _folder.Dispose();
        _queue.Dispose();
        _ended.SetResult();
    }

    /// <summary>Read while the commit's calls run: what is queued by the time one is done goes along with it.</summary>
    private IEnumerable<StoreCall> WithQueued(StoreCall first)
    {
        yield return first;
        for (var calls = 1; calls < MostCallsInOneCommit && _queue.TryTake(out var next); calls++)
        {
            yield return next;
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this assembly.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
