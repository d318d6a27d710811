using System.IO.Pipelines;
using WhatsApp.Wire;

namespace Sandbox.Service.Wire;

/// <summary>Two ends of one connection inside the process: what one end sends the other receives.</summary>
internal sealed class ByteChannelPair
{
    public ByteChannelPair()
    {
        var there = new Pipe();
        var back = new Pipe();
        Client = new End(there.Writer, back.Reader);
        Server = new End(back.Writer, there.Reader);
    }

    public IByteChannel Client { get; }

    public IByteChannel Server { get; }

    private sealed class End(PipeWriter writer, PipeReader reader) : IByteChannel
    {
        private readonly Stream _input = reader.AsStream(leaveOpen: true);

        public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            if ((await writer.WriteAsync(bytes, cancellationToken)).IsCompleted)
            {
                throw new IOException("The other end is closed.");
            }
        }

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _input.ReadAsync(buffer, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await writer.CompleteAsync();
            reader.CancelPendingRead();
        }
    }
}
