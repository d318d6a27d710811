using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using WhatsApp.Connection;

namespace WhatsApp.Groups;

/// <summary>Reads again, beside the reader, what is known to be out of date. One reading at a time for each group.</summary>
internal sealed partial class GroupRefresher(GroupDirectory groups, BackgroundWork background, ILogger<GroupRefresher> logger)
{
    private readonly ConcurrentDictionary<Jid, bool> _reading = new();

    /// <summary>A change was missed.</summary>
    public void Refresh(Jid group)
    {
        if (_reading.TryAdd(group, true) && !background.Run("read a group again", token => ReadAsync(group, token)))
        {
            _reading.TryRemove(group, out _);
        }
    }

    /// <summary>The service says that groups changed while we were away. Every difference to what was known is told to the host.</summary>
    public async Task RefreshAllAsync(CancellationToken cancellationToken)
    {
        var rosters = await groups.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        Log.ReadAll(logger, rosters.Count);
    }

    private async Task ReadAsync(Jid group, CancellationToken cancellationToken)
    {
        try
        {
            await groups.ReadAsync(group, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is GroupUnavailableException or IqErrorException or TimeoutException)
        {
            Log.NotRead(logger, fault); // it stays marked: the next message to it, or the host, asks again
        }
        finally
        {
            _reading.TryRemove(group, out _);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1521, LogLevel.Information, "Groups changed while we were away; {Count} were read again")]
        public static partial void ReadAll(ILogger logger, int count);

        [LoggerMessage(1522, LogLevel.Information, "A group of which a change was missed could not be read now")]
        public static partial void NotRead(ILogger logger, Exception fault);
    }
}
