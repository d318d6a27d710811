using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace WhatsApp.Wire.Resolving;

/// <summary>Asks one name server over UDP for both address families.</summary>
internal sealed class DnsClient(ResolverLimits limits, TimeProvider time, IRandomSource random)
{
    /// <returns>IPv4 addresses first; none when the server denies, fails or is silent.</returns>
    public async Task<IReadOnlyList<IPAddress>> QueryAsync(IPEndPoint server, string host, CancellationToken cancellationToken)
    {
        using var straggler = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(straggler.Token, cancellationToken);
        var four = AskAsync(server, host, DnsRecordType.A, enough.Token);
        var six = AskAsync(server, host, DnsRecordType.Aaaa, enough.Token);
        var first = await Task.WhenAny(four, six).ConfigureAwait(false);
        if (first.IsCompletedSuccessfully && first.Result.Count > 0)
        {
            straggler.CancelAfter(limits.Straggler);
        }

        return [.. await AddressesOf(four).ConfigureAwait(false), .. await AddressesOf(six).ConfigureAwait(false)];

        async Task<IReadOnlyList<IPAddress>> AddressesOf(Task<IReadOnlyList<IPAddress>> asked)
        {
            try
            {
                return await asked.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return []; // the other family came first and this one is not worth more waiting
            }
        }
    }

    private async Task<IReadOnlyList<IPAddress>> AskAsync(IPEndPoint server, string host, DnsRecordType type, CancellationToken cancellationToken)
    {
        try
        {
            // a connected socket on a chance port takes datagrams from this server only
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            for (var attempt = 0; attempt < limits.Datagrams; attempt++)
            {
                if (await ExchangeAsync(socket, host, type, cancellationToken).ConfigureAwait(false) is { } addresses)
                {
                    return addresses;
                }
            }

            return [];
        }
        catch (SocketException)
        {
            return []; // unreachable or refused: as good as silent
        }
    }

    private async Task<IReadOnlyList<IPAddress>?> ExchangeAsync(Socket socket, string host, DnsRecordType type, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.Datagram, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var id = BinaryPrimitives.ReadUInt16BigEndian(random.Bytes(2));
        try
        {
            _ = await socket.SendAsync(DnsMessage.Question(id, host, type), SocketFlags.None, either.Token).ConfigureAwait(false);
            var buffer = new byte[DnsMessage.MaxSize];
            while (true)
            {
                var size = await socket.ReceiveAsync(buffer, SocketFlags.None, either.Token).ConfigureAwait(false);
                if (DnsMessage.Addresses(buffer.AsSpan(0, size), id, host, type) is { } addresses)
                {
                    return addresses;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
