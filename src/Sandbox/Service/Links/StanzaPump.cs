using System.Net.WebSockets;
using System.Threading.Channels;
using WhatsApp.Binary;
using WhatsApp.Wire;

namespace Sandbox.Service.Links;

/// <summary>Writes what turns have decided to send, in order, outside the world's loop.</summary>
internal sealed class StanzaPump(NodeChannel channel, TimeProvider time)
{
    private readonly Channel<(Node Node, TimeSpan Delay)> _outgoing = Channel.CreateUnbounded<(Node, TimeSpan)>();

    private TimeSpan _grace;

    public void Write(Node node, TimeSpan delay) => _outgoing.Writer.TryWrite((node, delay));

    /// <summary>What was written still goes out; then the pump, and with it the connection, ends.</summary>
    /// <param name="grace">How long the peer may take to read the last word and hang up itself: cutting at once could lose it.</param>
    public void Complete(TimeSpan grace)
    {
        if (_outgoing.Writer.TryComplete())
        {
            _grace = grace;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (node, delay) in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                if (delay > TimeSpan.Zero)
                {
                    await Task.Delay(delay, time, cancellationToken);
                }

                await channel.SendAsync(node, cancellationToken);
            }

            await Task.Delay(_grace, time, cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or WebSocketException or OperationCanceledException)
        {
            // The peer has gone; the reading side reports it, and what was not answered is still in the queue.
        }
    }
}
