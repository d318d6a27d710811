using System.Net.WebSockets;
using System.Threading.Channels;
using WhatsApp.Binary;
using WhatsApp.Wire;

namespace Sandbox.Service.Links;

/// <summary>Writes what turns have decided to send, in order, outside the world's loop.</summary>
internal sealed class StanzaPump(NodeChannel channel, TimeProvider time)
{
    private readonly Channel<(Node Node, TimeSpan Delay)> _outgoing = Channel.CreateUnbounded<(Node, TimeSpan)>();

    public void Write(Node node, TimeSpan delay) => _outgoing.Writer.TryWrite((node, delay));

    /// <summary>What was written still goes out; then the pump, and with it the connection, ends.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();

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
        }
        catch (Exception fault) when (fault is IOException or WebSocketException or OperationCanceledException)
        {
            // The peer has gone; the reading side reports it, and what was not answered is still in the queue.
        }
    }
}
