using Microsoft.Extensions.Logging;
using WhatsApp.Connection;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Store;

namespace WhatsApp.History;

/// <summary>
/// Fetches the pieces of history the phone has offered, one at a time beside the reader. Their receipt has gone out with the
/// notice; the notice itself is kept until the piece was read, so no crash loses one.
/// </summary>
internal sealed partial class HistorySync(
    ISessionDatabase database, EventStream events, IMediaSource? media, BackgroundWork background, string folder, TimeProvider time, ILogger<HistorySync> logger)
{
    /// <summary>A file that cannot be had so often is given up; the phone keeps them for some days only.</summary>
    public const int MostAttempts = 5;

    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);
    private int _running;
    private int _again;

    /// <summary>A notice was stored, or a new connection may have better luck.</summary>
    public void Wake()
    {
        Volatile.Write(ref _again, 1);
        if (media is not null && Interlocked.CompareExchange(ref _running, 1, 0) == 0 && !background.Run("fetch history", RunAsync))
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (Interlocked.Exchange(ref _again, 0) == 1)
            {
                var waiting = await database.RunAsync("history-read", store => store.History.Waiting, cancellationToken).ConfigureAwait(false);
                foreach (var (id, notice) in waiting)
                {
                    await TakeAsync(id, notice, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task TakeAsync(string id, byte[] stored, CancellationToken cancellationToken)
    {
        if (HistoryNotice.Read(stored) is not { } notice)
        {
            await database.RunAsync("history-learned", store => store.History.Delete(id), cancellationToken).ConfigureAwait(false);
            return;
        }

        var path = Path.Combine(folder, $"history-{Guid.CreateVersion7(time.GetUtcNow()):N}.tmp");
        try
        {
            var facts = await FetchAsync(path, notice, cancellationToken).ConfigureAwait(false);
            await LearnAsync(id, facts, cancellationToken).ConfigureAwait(false);
            Log.Learned(logger, facts.Pairs.Count, facts.Tokens.Count);
        }
        catch (Exception fault) when (fault is System.Net.Http.HttpRequestException or IOException or InvalidDataException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            var left = await database.RunAsync("history-learned", store => store.History.CountFailure(id, MostAttempts), cancellationToken).ConfigureAwait(false);
            Log.NotFetched(logger, left, fault);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<HistoryFacts> FetchAsync(string path, HistoryNotice notice, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(FetchLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var own = await database.RunAsync("history-read", OwnAccount.Of, cancellationToken).ConfigureAwait(false);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            var source = await media!.OpenAsync(notice.DirectPath, either.Token).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                await HistoryFile.FetchAsync(source, file, notice, either.Token).ConfigureAwait(false);
            }

            return HistoryFile.Read(file, notice, own.Owns);
        }
    }

    /// <summary>Repeating a portion after a crash changes nothing; the notice goes with the last one.</summary>
    private async Task LearnAsync(string id, HistoryFacts facts, CancellationToken cancellationToken)
    {
        var portions = HistoryLearning.PortionsOf(facts);
        for (var portion = 0; portion < portions; portion++)
        {
            var number = portion;
            var news = await database.RunAsync(
                "history-learned",
                store =>
                {
                    var own = OwnAccount.Of(store);
                    var people = new People(store, own, time);
                    HistoryLearning.Apply(store, own, people, facts, number);
                    if (number == portions - 1)
                    {
                        store.History.Delete(id);
                    }

                    return people.HasNews;
                },
                cancellationToken).ConfigureAwait(false);
            if (news)
            {
                events.Wake();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1531, LogLevel.Information, "A piece of the account's history was read: {Pairs} pairs of number and LID, {Tokens} tokens")]
        public static partial void Learned(ILogger logger, int pairs, int tokens);

        [LoggerMessage(1532, LogLevel.Warning, "A piece of the account's history could not be read; {Left} tries are left")]
        public static partial void NotFetched(ILogger logger, int left, Exception fault);
    }
}
