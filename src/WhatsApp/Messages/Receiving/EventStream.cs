using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receiving;

/// <summary>The durable events on their way to the host, and the delivery receipts that wait until it has them.</summary>
internal sealed partial class EventStream(
    ISessionDatabase database, IStanzaSender sender, StoreTidying tidying, TimeProvider time, ILogger<EventStream> logger)
{
    private const int BatchSize = 64;

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentQueue<long> _receiptsSent = new();
    private int _readers;

    /// <summary>Call after a commit that stored events. A reader that has not looked since the last call finds these too.</summary>
    public void Wake() => _news.Writer.TryWrite(true);

    /// <summary>The client is being disposed: who reads comes to the end of the stream.</summary>
    public void Close() => _news.Writer.TryComplete();

    /// <summary>Unacknowledged events in order, a batch of rows at a time; then waits for new ones, until the client is disposed.</summary>
    /// <exception cref="InvalidOperationException">Somebody reads already.</exception>
    public async IAsyncEnumerable<InboundEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _readers, 1) == 1)
        {
            throw new InvalidOperationException("The events have a reader already.");
        }

        try
        {
            var last = 0L;
            while (true)
            {
                if (await NextAsync(last, cancellationToken).ConfigureAwait(false) is not { } rows)
                {
                    yield break;
                }

                foreach (var row in rows)
                {
                    last = row.Position;
                    yield return StoredEvent.Read(row.Payload).ToEvent(row.Position);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _readers, 0);
        }
    }

    /// <summary>The next rows, waited for if there are none yet; null once the client is disposed.</summary>
    private async Task<IReadOnlyList<InboundRow>?> NextAsync(long after, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var rows = await database.RunAsync("events-read", store => store.Inbound.Waiting(after, BatchSize), cancellationToken).ConfigureAwait(false);
                if (rows.Count > 0)
                {
                    return rows;
                }

                await _news.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception end) when (end is ChannelClosedException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>The host has the event. Its receipt, if it wants one, goes out now or after the next login.</summary>
    public async Task AcknowledgeAsync(long position, CancellationToken cancellationToken)
    {
        var receipt = await database.RunAsync(
            "event-acknowledged",
            store =>
            {
                NoteReceiptsSent(store);
                if (!store.Inbound.Acknowledge(position, time.GetUtcNow()))
                {
                    return null;
                }

                tidying.CountOne(store);
                return store.Inbound.ReceiptOf(position);
            },
            cancellationToken).ConfigureAwait(false);
        if (receipt is not null)
        {
            await SendAsync(new DueReceipt(position, receipt), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what could not be sent when the host acknowledged it. After each login.</summary>
    public async Task SendDueReceiptsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = await database.RunAsync(
                "receipts-noted",
                store =>
                {
                    NoteReceiptsSent(store);
                    return store.Inbound.DueReceipts(BatchSize);
                },
                cancellationToken).ConfigureAwait(false);
            foreach (var receipt in due)
            {
                if (!await SendAsync(receipt, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }

            if (due.Count == 0)
            {
                return;
            }
        }
    }

    private async Task<bool> SendAsync(DueReceipt receipt, CancellationToken cancellationToken)
    {
        try
        {
            await sender.SendAsync(NodeDecoder.Decode(receipt.Receipt), cancellationToken).ConfigureAwait(false);
        }
        catch (NotConnectedException)
        {
            Log.ReceiptWaits(logger, receipt.Position); // the row stays due: it goes out after the next login
            return false;
        }

        _receiptsSent.Enqueue(receipt.Position);
        return true;
    }

    /// <summary>Rides on the next commit instead of costing one: a receipt sent twice does no harm.</summary>
    public void NoteReceiptsSent(SessionTransaction store)
    {
        while (_receiptsSent.TryDequeue(out var position))
        {
            store.Inbound.MarkReceiptSent(position, time.GetUtcNow());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Debug, "The receipt of event {Position} waits for the next login")]
        public static partial void ReceiptWaits(ILogger logger, long position);
    }
}
