using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Login;
using WhatsApp.Store;
using WhatsApp.Wire;

namespace WhatsApp.Connection;

/// <summary>Dials, proves the service's identity by its certificate chain, and says who we are.</summary>
internal sealed partial class NoiseConnector(IDialer dialer, WhatsAppClientOptions options, ISessionDatabase database, ILogger<NoiseConnector> logger) : IStanzaConnector
{
    public async Task<IStanzaLink> ConnectAsync(DeviceRow device, CancellationToken cancellationToken)
    {
        var payload = await PayloadOfAsync(device, cancellationToken).ConfigureAwait(false);
        if (device.EdgeRouting is { } routing)
        {
            try
            {
                return await ConnectAsync(device, payload, routing, cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectFailedException fault) when (fault.Fault.Reason == SessionFaultReason.HandshakeFailed)
            {
                Log.RoutingDropped(logger);
                await database.RunAsync("edge-routing", store => store.Device.SaveEdgeRouting(null), cancellationToken).ConfigureAwait(false);
            }
        }

        return await ConnectAsync(device, payload, default, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> PayloadOfAsync(DeviceRow device, CancellationToken cancellationToken)
    {
        var (read, signed) = await database.RunAsync(
            "device-read", store => (store.ClientVersion.Load()?.Revision, device.IsPaired ? null : store.SignedPreKeys.Load(device.SignedPreKeyId)), cancellationToken).ConfigureAwait(false);
        var version = ClientVersion.Newest(read);
        return device.IsPaired
            ? ClientPayloads.Login(device, version)
            : ClientPayloads.Registration(device, signed ?? throw new SessionStoreException("The signed prekey is missing."), options.DeviceName, version);
    }

    private async Task<IStanzaLink> ConnectAsync(DeviceRow device, byte[] payload, ReadOnlyMemory<byte> routing, CancellationToken cancellationToken)
    {
        IByteChannel bytes;
        try
        {
            bytes = await dialer.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DialException fault)
        {
            throw new ConnectFailedException(fault.Fault, fault);
        }
        catch (Exception fault) when (fault is IOException or WebSocketException or TimeoutException or System.Net.Http.HttpRequestException or System.Net.Sockets.SocketException)
        {
            throw new ConnectFailedException(new SessionFault(SessionFaultReason.Unreachable), fault);
        }

        var frames = FrameChannel.ForClient(bytes, routing);
        try
        {
            var channel = await NoiseInitiator.HandshakeAsync(frames, device.Noise, payload, options.TrustRoot, options.Random, options.Time, cancellationToken).ConfigureAwait(false);
            return new NodeLink(channel);
        }
        catch (NoiseHandshakeException fault)
        {
            await frames.DisposeAsync().ConfigureAwait(false);
            throw new ConnectFailedException(new SessionFault(SessionFaultReason.HandshakeFailed, Text: fault.Message), fault);
        }
        catch
        {
            await frames.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private sealed class NodeLink(NodeChannel channel) : IStanzaLink
    {
        public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken) => channel.SendAsync(stanza, cancellationToken);

        public ValueTask<Node?> ReceiveAsync(CancellationToken cancellationToken) => channel.ReceiveAsync(cancellationToken);

        public ValueTask DisposeAsync() => channel.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1141, LogLevel.Information, "The handshake failed with stored routing bytes; they are dropped and it is tried without")]
        public static partial void RoutingDropped(ILogger logger);
    }
}
