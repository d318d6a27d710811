using WhatsApp.Binary;
using WhatsApp.Store;

namespace WhatsApp.Connection;

/// <summary>One encrypted connection, as stanzas.</summary>
internal interface IStanzaLink : IAsyncDisposable
{
    /// <summary>Safe from several threads; keeps the order of the calls.</summary>
    ValueTask SendAsync(Node stanza, CancellationToken cancellationToken);

    /// <summary>The next stanza; null once the service has closed.</summary>
    /// <exception cref="MalformedNodeException">This frame only: call again.</exception>
    ValueTask<Node?> ReceiveAsync(CancellationToken cancellationToken);
}

/// <summary>Makes connections.</summary>
internal interface IStanzaConnector
{
    /// <summary>Dials, shakes hands and sends the device's client payload.</summary>
    /// <exception cref="ConnectFailedException">With the fault.</exception>
    Task<IStanzaLink> ConnectAsync(DeviceRow device, CancellationToken cancellationToken);
}

/// <summary>There is no connection, and why.</summary>
internal sealed class ConnectFailedException(SessionFault fault, Exception inner) : Exception($"Connecting failed: {fault}.", inner)
{
    public SessionFault Fault { get; } = fault;
}
