using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace WhatsApp.Wire.Resolving;

/// <summary>Asks one name server over UDP for both address families, on one socket.</summary>
internal sealed class DnsClient(ResolverLimits limits, TimeProvider time, IRandomSource random)
{
    /// <returns>IPv4 addresses first; none when the server denies, fails or is silent.</returns>
    public async Task<IReadOnlyList<IPAddress>> QueryAsync(IPEndPoint server, string host, CancellationToken cancellationToken)
    {
        try
        {
            // a connected socket on a chance port takes datagrams from this server only
            using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
            Asked[] asked = [new(DnsRecordType.A), new(DnsRecordType.Aaaa)];
            for (var attempt = 0; attempt < limits.Datagrams && asked.Any(question => question.Addresses is null); attempt++)
            {
                if (!await ExchangeAsync(socket, host, asked, cancellationToken).ConfigureAwait(false))
                {
                    break;
                }
            }

            return [.. asked.SelectMany(question => question.Addresses ?? [])];
        }
        catch (SocketException)
        {
            return []; // unreachable or refused: as good as silent
        }
    }

    /// <summary>Asks what is not answered yet and reads until all is or time is up. False when the rest is not worth asking again.</summary>
    private async Task<bool> ExchangeAsync(Socket socket, string host, Asked[] asked, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.Datagram, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            foreach (var question in asked.Where(question => question.Addresses is null))
            {
                question.Id = BinaryPrimitives.ReadUInt16BigEndian(random.Bytes(2));
                _ = await socket.SendAsync(DnsMessage.Question(question.Id, host, question.Type), SocketFlags.None, either.Token).ConfigureAwait(false);
            }

            var buffer = new byte[DnsMessage.MaxSize];
            while (asked.Any(question => question.Addresses is null))
            {
                var size = await socket.ReceiveAsync(buffer, SocketFlags.None, either.Token).ConfigureAwait(false);
                foreach (var question in asked.Where(question => question.Addresses is null))
                {
                    question.Addresses = DnsMessage.Addresses(buffer.AsSpan(0, size), question.Id, host, question.Type);
                    if (question.Addresses is { Count: > 0 })
                    {
                        limit.CancelAfter(limits.Straggler); // one family is enough to go on with
                    }
                }
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return asked.All(question => question.Addresses is not { Count: > 0 });
        }
    }

    private sealed class Asked(DnsRecordType type)
    {
        public DnsRecordType Type => type;

        public ushort Id { get; set; }

        /// <summary>Null while there is no answer.</summary>
        public IReadOnlyList<IPAddress>? Addresses { get; set; }
    }
}
