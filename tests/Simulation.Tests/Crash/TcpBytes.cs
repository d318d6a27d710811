using System.Net;
using System.Net.Sockets;
using WhatsApp.Wire;

namespace Simulation.Tests.Crash;

/// <summary>One loopback connection as bytes; each send and receive is a place to die.</summary>
internal sealed class TcpBytes(Socket socket, Action<string> pass) : IByteChannel
{
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        pass("send.before");
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
            }
        }
        catch (SocketException fault)
        {
            throw new IOException("The connection broke.", fault);
        }

        pass("send.after");
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var count = await socket.ReceiveAsync(buffer, cancellationToken);
            pass("receive.after");
            return count;
        }
        catch (SocketException fault)
        {
            throw new IOException("The connection broke.", fault);
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>Dials the parent's simulated service.</summary>
internal sealed class TcpDialer(int port, Action<string> pass) : IDialer
{
    public async Task<IByteChannel> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            pass("connect.after");
            return new TcpBytes(socket, pass);
        }
        catch (SocketException fault)
        {
            socket.Dispose();
            throw new IOException("Nobody answers.", fault);
        }
    }
}
