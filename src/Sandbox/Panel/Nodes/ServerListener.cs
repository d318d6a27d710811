using System.Net;
using System.Net.Sockets;

namespace Sandbox.Panel.Nodes;

/// <summary>One simulated application: accepts, answers any HTTP request with 200, and holds silent connections open.</summary>
internal sealed class ServerListener : IAsyncDisposable
{
    private static readonly byte[] Answer = [.. "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nIt is running."u8];
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly bool closesAtOnce;
    private readonly Task accepting;

    public ServerListener(IPEndPoint endPoint, bool closesAtOnce)
    {
        this.closesAtOnce = closesAtOnce;
        listener = new TcpListener(endPoint);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true); // survives its predecessor's closed connections
        listener.Start();
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!stop.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(stop.Token);
            }
            catch (Exception fault) when (fault is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                continue; // closed by us, or this one connection was lost before it was taken
            }

            serving.RemoveAll(task => task.IsCompleted);
            serving.Add(ServeAsync(client));
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            if (closesAtOnce)
            {
                return;
            }

            try
            {
                var stream = client.GetStream();
                var buffer = new byte[4096];
                while (await stream.ReadAsync(buffer, stop.Token) > 0)
                {
                    await stream.WriteAsync(Answer, stop.Token);
                }
            }
            catch (Exception fault) when (fault is OperationCanceledException or IOException)
            {
                // The server stopped or the visitor left.
            }
        }
    }
}
