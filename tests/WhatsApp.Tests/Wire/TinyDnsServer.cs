using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace WhatsApp.Tests.Wire;

/// <summary>A name server on loopback that answers each datagram as it is told; null means silence.</summary>
internal sealed class TinyDnsServer : IAsyncDisposable
{
    private readonly UdpClient _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<byte[], IEnumerable<byte[]>> _answer;
    private readonly Task _loop;
    private int _questions;

    public TinyDnsServer(Func<byte[], IEnumerable<byte[]>> answer, int port = 0)
    {
        _socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        _answer = answer;
        _loop = RunAsync();
    }

    public IPEndPoint Address => (IPEndPoint)(_socket.Client.LocalEndPoint ?? throw new InvalidOperationException("The server is closed."));

    public int Questions => Volatile.Read(ref _questions);

    public static TinyDnsServer Silent(Action? heard = null) => new(_ =>
    {
        heard?.Invoke();
        return [];
    });

    public static TinyDnsServer Refusing(int code) => new(question => [Reply(question, code)]);

    public static TinyDnsServer With(params IPAddress[] addresses) => new(question => [Reply(question, 0, addresses)]);

    /// <summary>The question, repeated with an answer behind it: those of the addresses that are of the kind asked for.</summary>
    public static byte[] Reply(byte[] question, int code, params IEnumerable<IPAddress> addresses)
    {
        var type = BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(question.Length - 4));
        var family = type == 1 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return Reply(question, code, [.. addresses.Where(address => address.AddressFamily == family).Select(address => Record([0xC0, 12], type, address.GetAddressBytes()))]);
    }

    public static byte[] Reply(byte[] question, int code, byte[][] records)
    {
        byte[] reply = [.. question, .. records.SelectMany(record => record)];
        (reply[2], reply[3], reply[7]) = (0x81, (byte)(0x80 | code), (byte)records.Length);
        return reply;
    }

    /// <summary>One record: name, type, class, time to live, length, data.</summary>
    public static byte[] Record(byte[] name, int type, byte[] data) => [.. name, 0, (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync(_stop.Token);
                Interlocked.Increment(ref _questions);
                foreach (var reply in _answer(question.Buffer))
                {
                    await _socket.SendAsync(reply, question.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }
}
