using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>Writes to the connection of the moment. Usable over reconnects.</summary>
internal interface IStanzaSender
{
    /// <summary>Writes one stanza. Done when it is handed to the socket.</summary>
    /// <exception cref="NotConnectedException">No logged-in connection, or it broke while writing.</exception>
    ValueTask SendAsync(Node stanza, CancellationToken cancellationToken);

    /// <summary>Sends an iq under a new id and waits for its result, 30 s at most.</summary>
    /// <exception cref="IqErrorException">The service answered with an error.</exception>
    /// <exception cref="NotConnectedException">No logged-in connection, or it was lost before the answer.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    Task<Node> RequestAsync(Node iq, CancellationToken cancellationToken);
}

/// <summary>The service answered a request with an error.</summary>
internal sealed class IqErrorException(int code, string? text) : Exception($"The service answered a request with error {code}.")
{
    public int Code { get; } = code;

    /// <summary>The service's word for it; may be personal.</summary>
    public string? Text { get; } = text;
}
