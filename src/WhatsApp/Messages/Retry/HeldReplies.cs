using System.Collections.Concurrent;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp.Messages.Retry;

/// <summary>
/// Answers that carry fresh keys wait until the offline queue is through: a stanza further back in the queue may set the
/// session right, and keys handed out before would only break it again. The message's ack waits with them, so that after a
/// crash the service brings the message once more. Source: facts 8.5.
/// </summary>
internal sealed class HeldReplies(IStanzaSender sender)
{
    /// <summary>What does not fit goes out at once.</summary>
    public const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<(Node Reply, StoreKey? Asks)> _held = new();
    private readonly ConcurrentQueue<StoreKey> _asked = new();
    private bool _isHolding = true;

    /// <summary>A new connection, whose queue is still to come.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _isHolding = true;
        }
    }

    /// <summary>True when these replies are kept for later and must not be sent now.</summary>
    /// <param name="replies">In order.</param>
    /// <param name="asks">The counter of the request among them, if there is one.</param>
    public bool TryHold(IReadOnlyList<Node> replies, StoreKey? asks = null)
    {
        if (!replies.Any(reply => reply.Child("keys") is not null))
        {
            return false;
        }

        lock (_gate)
        {
            if (!_isHolding || _held.Count + replies.Count > Most)
            {
                return false;
            }

            foreach (var reply in replies)
            {
                _held.Enqueue((reply, reply["type"] == "retry" ? asks : null));
            }

            return true;
        }
    }

    /// <summary>The queue is through: everything kept goes out in order. What a lost connection leaves over waits for the next one.</summary>
    /// <exception cref="NotConnectedException">The connection was lost in between.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        while (Next() is { } next)
        {
            await sender.SendAsync(next.Reply, cancellationToken).ConfigureAwait(false);
            Sent(next.Asks);
            lock (_gate)
            {
                _held.Dequeue();
            }
        }
    }

    /// <summary>A request for a message has gone out.</summary>
    public void Sent(StoreKey? asks)
    {
        if (asks is { } key)
        {
            _asked.Enqueue(key);
        }
    }

    /// <summary>
    /// Counts the requests that went out; rides on the next commit. One that was written but never sent, because the process died with
    /// it, does not count: a few deaths in a row must not use up a message's chances.
    /// </summary>
    public void NoteSent(SessionTransaction store, DateTimeOffset now)
    {
        while (_asked.TryDequeue(out var key))
        {
            store.Retries.Increment(key, now);
        }
    }

    private (Node Reply, StoreKey? Asks)? Next()
    {
        lock (_gate)
        {
            _isHolding = _held.Count > 0;
            return _isHolding ? _held.Peek() : null;
        }
    }
}
