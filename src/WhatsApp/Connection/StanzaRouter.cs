using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>Handles one stanza. Throwing is allowed: the router answers for the handler. Never await a request here; use <see cref="BackgroundWork"/>.</summary>
internal delegate Task StanzaHandler(Node stanza, CancellationToken cancellationToken);

/// <summary>Who answers a stanza that was handled without a fault.</summary>
internal enum StanzaReply
{
    /// <summary>The router sends the generic ack once the handler is done.</summary>
    RouterAcks,

    /// <summary>The handler sends what the stanza wants (messages, iq).</summary>
    HandlerReplies,
}

/// <summary>One table: tag, or tag and type (<c>notification/w:gp2</c>), to handler. Filled while the client is composed.</summary>
internal sealed class StanzaRouter
{
    private readonly Dictionary<string, (StanzaHandler Handler, StanzaReply Reply)> _routes = new(StringComparer.Ordinal);

    /// <summary>Registers the handler of a tag, for one type when <paramref name="type"/> is given.</summary>
    /// <exception cref="ArgumentException">There is one already.</exception>
    public void Add(string tag, string? type, StanzaHandler handler, StanzaReply reply) =>
        _routes.Add(type is null ? tag : $"{tag}/{type}", (handler, reply));

    /// <summary>The most exact handler there is; null when nobody knows the stanza.</summary>
    public (StanzaHandler Handler, StanzaReply Reply)? Find(Node stanza)
    {
        if (stanza["type"] is { } type && _routes.TryGetValue($"{stanza.Tag}/{type}", out var exact))
        {
            return exact;
        }

        return _routes.TryGetValue(stanza.Tag, out var route) ? route : null;
    }
}
