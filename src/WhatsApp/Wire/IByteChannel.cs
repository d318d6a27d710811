namespace WhatsApp.Wire;

/// <summary>A stream of bytes in both directions; the borders between sends mean nothing.</summary>
internal interface IByteChannel : IAsyncDisposable
{
    /// <summary>Hands all bytes to the network. One send at a time.</summary>
    /// <exception cref="IOException">The network failed (also as <see cref="System.Net.WebSockets.WebSocketException"/>).</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Waits for at least one byte. One receive at a time.</summary>
    /// <returns>How many bytes came; 0 when the peer has closed.</returns>
    /// <exception cref="IOException">The network failed (also as <see cref="System.Net.WebSockets.WebSocketException"/>).</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
