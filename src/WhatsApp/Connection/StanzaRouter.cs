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

/// <summary>Who handles a stanza and who answers it.</summary>
internal sealed record StanzaRoute(StanzaHandler Handler, StanzaReply Reply);

/// <summary>
/// One table: tag, tag and type (<c>notification/w:gp2</c>), or tag, type and child (<c>notification/encrypt/count</c>), to handler.
/// The most exact entry counts. Filled while the client is composed.
/// </summary>
internal sealed class StanzaRouter
{
    private readonly Dictionary<string, StanzaRoute> _routes = new(StringComparer.Ordinal);

    /// <summary>Registers the handler of a tag; for one type, and for one child of that type, when given.</summary>
    /// <exception cref="ArgumentException">There is one already.</exception>
    public void Add(string tag, string? type, StanzaHandler handler, StanzaReply reply, string? child = null) =>
        _routes.Add(Key(tag, type, child), new StanzaRoute(handler, reply));

    /// <summary>Null when nobody knows the stanza.</summary>
    public StanzaRoute? Find(Node stanza)
    {
        if (stanza["type"] is { } type)
        {
            foreach (var child in stanza.Children)
            {
                if (_routes.TryGetValue(Key(stanza.Tag, type, child.Tag), out var byChild))
                {
                    return byChild;
                }
            }

            if (_routes.TryGetValue(Key(stanza.Tag, type, null), out var byType))
            {
                return byType;
            }
        }

        return _routes.GetValueOrDefault(stanza.Tag);
    }

    private static string Key(string tag, string? type, string? child) => type is null ? tag : child is null ? $"{tag}/{type}" : $"{tag}/{type}/{child}";
}
