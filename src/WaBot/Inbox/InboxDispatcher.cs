using Shared.Inbox;
using WaBot.Hosting;

namespace WaBot.Inbox;

/// <summary>
/// Hands stored events to their handlers: one chat at a time, chats beside each other. What a kill left undone is found first, for the rows are read
/// oldest first and nothing else decides what is open.
/// </summary>
internal sealed partial class InboxDispatcher(IInbox inbox, EventHandlers handlers, Bells bells, TimeProvider time, ILogger<InboxDispatcher> logger)
    : LoopService(time, logger)
{
    private const int Batch = 200;
    private const int ChatsAtOnce = 16;
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseBeforeRetry = TimeSpan.FromSeconds(2);

    private readonly ILogger log = logger;
    private readonly TimeProvider clock = time;
    private readonly ChatLanes lanes = new(ChatsAtOnce);
    private readonly HashSet<long> inHand = [];

    // A row that was in hand when the process died is a suspect. Suspects go one by one, so that only the guilty one is in hand when it dies again.
    private readonly SemaphoreSlim suspects = new(1, 1);
    private readonly Lock gate = new();

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        foreach (var row in await inbox.LoadOpenAsync(Batch, ct))
        {
            lock (gate)
            {
                if (!inHand.Add(row.Id))
                {
                    continue;
                }
            }
            lanes.Post(row.Item.Chat ?? "", () => HandleAsync(row, ct));
        }
        lanes.Sweep();
        await bells.Inbox.WaitAsync(LookAnyway, ct);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await lanes.WhenAllDoneAsync(); // each ends by the same token at its next wait
    }

    public override void Dispose()
    {
        base.Dispose();
        lanes.Dispose();
        suspects.Dispose();
    }

    private async Task HandleAsync(OpenInboundItem row, CancellationToken ct)
    {
        var isSuspect = false;
        try
        {
            await handlers.ReadyAsync(row, ct);
            if (row.Attempts > 0)
            {
                await suspects.WaitAsync(ct);
                isSuspect = true;
            }
            while (await inbox.BeginAttemptAsync(row.Id, ct))
            {
                if (await TryHandleAsync(row, ct))
                {
                    break;
                }
                await Task.Delay(PauseBeforeRetry, clock, ct);
            }
            bells.RingSenders();
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // the host stops; the row stays open and comes first after the next start
        }
        catch (Exception fault)
        {
            Log.RowFailed(log, fault, row.Id, row.Item.Kind); // the database itself refused: the row is read again in the next round
        }
        finally
        {
            if (isSuspect)
            {
                suspects.Release();
            }
            lock (gate)
            {
                inHand.Remove(row.Id);
            }
            bells.Inbox.Ring();
        }
    }

    private async Task<bool> TryHandleAsync(OpenInboundItem row, CancellationToken ct)
    {
        try
        {
            await handlers.HandleAsync(row, ct);
            return true;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            Log.RowFailed(log, fault, row.Id, row.Item.Kind);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Error, "Inbox row {Row} ({Kind}) could not be handled; after three attempts it is set aside")]
        public static partial void RowFailed(ILogger logger, Exception fault, long row, InboundKind kind);
    }
}
