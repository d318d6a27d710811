namespace WhatsApp.Store;

/// <summary>The durable state of one session.</summary>
internal interface ISessionDatabase : IAsyncDisposable
{
    /// <summary>
    /// Runs <paramref name="work"/> on the writer thread and commits it. Done once it is on disk.
    /// Queued calls may share one commit; a call that throws undoes its own changes only.
    /// </summary>
    /// <param name="commit">Names the fail points <c>whatsapp.{commit}.before</c> and <c>whatsapp.{commit}.after</c>, reached when something was written.</param>
    /// <param name="work">Reads and writes; must not keep the transaction, wait, or touch the network.</param>
    /// <param name="ct">Takes the call out of the queue; once started it runs to its end.</param>
    Task<T> RunAsync<T>(string commit, Func<SessionTransaction, T> work, CancellationToken ct = default);
}

internal static class SessionDatabaseExtensions
{
    public static Task RunAsync(this ISessionDatabase database, string commit, Action<SessionTransaction> work, CancellationToken ct = default) =>
        database.RunAsync(
            commit,
            transaction =>
            {
                work(transaction);
                return true;
            },
            ct);
}
