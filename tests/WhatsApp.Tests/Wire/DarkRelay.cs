using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WhatsApp.Tests.Wire;

/// <summary>
/// A modem on loopback, between a client and a service. While it is dark nothing comes through and nobody is told: bytes of
/// open connections are not taken, and a new connection gets no answer at all. Connections from before stay dead
/// afterwards, as they do behind a new address.
/// </summary>
internal sealed class DarkRelay : IAsyncDisposable
{
    private readonly int _target;
    private readonly Socket _listener;
    private readonly List<Socket> _stuffing = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private CancellationTokenSource _light = new();
    private int _connections;

    public DarkRelay(int target)
    {
        _target = target;
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0); // as short a queue as there is: once it is full the system drops whoever knocks
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _tasks.Add(AcceptAsync(_light.Token));
    }

    public int Port { get; }

    /// <summary>Connections so far on which something came through.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public async Task GoDarkAsync()
    {
        await _light.CancelAsync();
        while (_stuffing.Count < 8)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _stuffing.Add(socket);
            try
            {
                socket.Connect(IPAddress.Loopback, Port); // the first ones fill the queue, the others already get no answer
            }
            catch (SocketException begun) when (begun.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                continue;
            }
        }
    }

    public void ComeBack()
    {
        _stuffing.ForEach(socket => socket.Dispose());
        _stuffing.Clear();
        _light = new CancellationTokenSource();
        _tasks.Add(AcceptAsync(_light.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _light.CancelAsync();
        _stuffing.ForEach(socket => socket.Dispose());
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        await Task.WhenAll(_tasks);
        _light.Dispose();
    }

    private async Task AcceptAsync(CancellationToken light)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(light);
                var service = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                _sockets.Add(client);
                _sockets.Add(service);
                client.NoDelay = true;
                await service.ConnectAsync(IPAddress.Loopback, _target, light);
                _tasks.Add(PumpAsync(client, service, () => Interlocked.Increment(ref _connections), light));
                _tasks.Add(PumpAsync(service, client, null, light));
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return; // dark, or the end of the test
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Action? first, CancellationToken light)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, light) is > 0 and var size)
            {
                first?.Invoke();
                first = null;
                for (var sent = 0; sent < size;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, size - sent), light);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return; // dark, or one side has gone: the other finds out by itself
        }
    }
}
