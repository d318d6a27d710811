using System.Threading.Channels;
using WhatsApp.Wire;

namespace Sandbox.Service.Wire;

/// <summary>Two ends of one connection inside the process: what one end sends the other receives. Closing one end closes both directions.</summary>
internal sealed class ByteChannelPair
{
    public ByteChannelPair()
    {
        var there = Channel.CreateUnbounded<byte[]>();
        var back = Channel.CreateUnbounded<byte[]>();
        Client = new End(there, back);
        Server = new End(back, there);
    }

    public IByteChannel Client { get; }

    public IByteChannel Server { get; }

    private sealed class End(Channel<byte[]> output, Channel<byte[]> input) : IByteChannel
    {
        private ReadOnlyMemory<byte> _rest;

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return output.Writer.TryWrite(bytes.ToArray()) ? ValueTask.CompletedTask : throw new IOException("The connection is closed.");
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            while (_rest.IsEmpty)
            {
                if (!await input.Reader.WaitToReadAsync(cancellationToken))
                {
                    return 0;
                }

                _rest = input.Reader.TryRead(out var part) ? part : default;
            }

            var size = Math.Min(buffer.Length, _rest.Length);
            _rest[..size].CopyTo(buffer);
            _rest = _rest[size..];
            return size;
        }

        public ValueTask DisposeAsync()
        {
            output.Writer.TryComplete();
            input.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }
    }
}
