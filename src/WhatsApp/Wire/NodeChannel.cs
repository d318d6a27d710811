using WhatsApp.Binary;

namespace WhatsApp.Wire;

/// <summary>Nodes in both directions over an encrypted connection. Owns everything below.</summary>
internal sealed class NodeChannel(FrameChannel frames, NoiseCipher writeCipher, NoiseCipher readCipher, TimeProvider? time = null) : IAsyncDisposable
{
    /// <summary>How long the network may refuse to take a node. Far above a slow network; without it a peer that stops reading would hold every sender for ever.</summary>
    public static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SemaphoreSlim _turn = new(1); // lets waiters in by the order of their calls
    private readonly CancellationTokenSource _closing = new();
    private bool _sendBroken;
    private bool _receiveBroken;
    private int _disposed;

    /// <summary>Sends one node. Safe from several threads; nodes go out in the order of the calls.</summary>
    /// <param name="node">What to send.</param>
    /// <param name="cancellationToken">Ends the wait for the turn. A node whose turn has come goes out whole: a gap would break the stream.</param>
    /// <exception cref="IOException">The connection failed, now or at an earlier send (also as <see cref="System.Net.WebSockets.WebSocketException"/>).</exception>
    /// <exception cref="ObjectDisposedException">The channel is closed.</exception>
    public async ValueTask SendAsync(Node node, CancellationToken cancellationToken)
    {
        // length (3) and ciphertext are made in one buffer: encode, encrypt in place, send
        using var writer = new NodeWriter();
        _ = writer.Reserve(FrameChannel.LengthSize);
        NodeEncoder.Write(node, writer);
        _ = writer.Reserve(NoiseCipher.TagSize);
        FrameChannel.WriteLength(writer.WrittenMemory.Span, writer.Length - FrameChannel.LengthSize);

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            if (_sendBroken)
            {
                throw new IOException("An earlier send failed: the stream has a gap.");
            }

            _sendBroken = true;
            writeCipher.EncryptInPlace(writer.WrittenMemory.Span[FrameChannel.LengthSize..]);
            await WriteAsync(writer.WrittenMemory).ConfigureAwait(false);
            _sendBroken = false;
        }
        catch (OperationCanceledException fault) when (_closing.IsCancellationRequested)
        {
            throw new IOException("The channel was closed during the send.", fault);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> frame)
    {
        var sending = frames.SendFinishedFrameAsync(frame, _closing.Token);
        if (sending.IsCompletedSuccessfully)
        {
            await sending.ConfigureAwait(false);
            return;
        }

        var task = sending.AsTask();
        try
        {
            await task.WaitAsync(SendLimit, _time).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            await _closing.CancelAsync().ConfigureAwait(false);
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the frame's buffer is still its own until it ends
            throw new IOException("The network did not take a node in time.", late);
        }
    }

    /// <summary>Waits for one node. One receive at a time.</summary>
    /// <returns>The node; null when the peer closed.</returns>
    /// <exception cref="MalformedNodeException">This frame holds no valid node; the stream is whole, call again.</exception>
    /// <exception cref="IOException">The connection failed or a frame did not authenticate: the end (also as <see cref="System.Net.WebSockets.WebSocketException"/>).</exception>
    public async ValueTask<Node?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_receiveBroken)
        {
            throw new IOException("The stream is broken.");
        }

        if (await frames.ReceiveFrameAsync(cancellationToken).ConfigureAwait(false) is not { } frame)
        {
            return null;
        }

        _receiveBroken = true;
        var size = readCipher.DecryptInPlace(frame);
        _receiveBroken = false;
        return NodeDecoder.Decode(frame.AsMemory(0, size));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false); // frees a send that hangs
        await frames.DisposeAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false); // a send may still hold the cipher
        writeCipher.Dispose();
        _turn.Release();
        _closing.Dispose();
    }
}
