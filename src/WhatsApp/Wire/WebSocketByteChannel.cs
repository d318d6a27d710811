using System.Net.WebSockets;

namespace WhatsApp.Wire;

/// <summary>The byte stream inside the binary messages of a WebSocket. Owns the socket.</summary>
internal sealed class WebSocketByteChannel(WebSocket socket) : IByteChannel
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var part = await ReceivePartAsync(buffer, cancellationToken).ConfigureAwait(false);
            switch (part.MessageType)
            {
                case WebSocketMessageType.Close:
                    return 0;
                case WebSocketMessageType.Text:
                    throw new IOException("The peer sent a text message where only binary ones belong.");
                case WebSocketMessageType.Binary when part.Count > 0:
                    return part.Count;
            }
        }
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReceivePartAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The socket was closed on this side.", fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(CloseLimit);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception fault) when (fault is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Abort(); // the peer is gone already: there is nobody to say goodbye to
        }
        finally
        {
            socket.Dispose();
        }
    }
}
