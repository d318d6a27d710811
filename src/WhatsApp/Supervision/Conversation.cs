using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Login;
using WhatsApp.Pairing;
using WhatsApp.Store;

namespace WhatsApp.Supervision;

/// <summary>What every conversation uses and none of them owns.</summary>
internal sealed record ConversationParts(StanzaDispatcher Dispatcher, LoginDuties Duties, InfoBroadcasts Broadcasts, PairingFlow Pairing, LinkingDesk Linking, Keepalive Keepalive);

/// <summary>What is said on this one connection.</summary>
internal sealed class Conversation(SessionServices services, ConversationParts parts, DeviceRow device, LiveConnection connection) : IDisposable
{
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(30);

    private readonly OfflineQueue _queue = new(services, services.Loggers.CreateLogger<OfflineQueue>());
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LinkingSession? _linking = device.IsPaired ? null : Enter(services, parts, device, connection);
    private bool _loggedIn;

    /// <summary>The service says success, failure or pair-device soon, or not at all.</summary>
    public async Task WaitForGreetingAsync(CancellationToken cancellationToken) =>
        await _greeted.Task.WaitAsync(LoginLimit, services.Options.Time, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> AtOnceAsync(Node stanza, CancellationToken cancellationToken)
    {
        if (FaultReader.Read(stanza, services.Options.Time.GetUtcNow()) is { } fault)
        {
            _linking?.NoteFarewell(fault);
            connection.End(fault);
            return true;
        }

        switch (stanza.Tag)
        {
            case "success" when !_loggedIn && device.IsPaired:
                _loggedIn = true; // a repeated success means nothing
                _greeted.TrySetResult();
                connection.Start("login", token => parts.Duties.RunAsync(connection, _queue, stanza, token));
                return true;
            case "success":
                return true;
            case "iq" when stanza["type"] == "get" && (stanza["xmlns"] == "urn:xmpp:ping" || stanza.Child("ping") is not null):
                await connection.SendAsync(new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "result", ["id"] = stanza["id"] }), cancellationToken).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    public async Task InOrderAsync(Node stanza, CancellationToken cancellationToken)
    {
        await parts.Dispatcher.DispatchAsync(connection, stanza, OwnRoute(stanza) ?? services.Router.Find(stanza), cancellationToken).ConfigureAwait(false);
        _queue.Handled(connection, stanza);
    }

    /// <summary>What concerns this connection itself and not a feature.</summary>
    private StanzaRoute? OwnRoute(Node stanza) => stanza.Tag switch
    {
        "ib" => new((item, token) => parts.Broadcasts.HandleAsync(connection, _queue, item, token), StanzaReply.HandlerReplies),
        "iq" when _linking is { } linking && stanza["type"] == "set" && stanza.Child("pair-device") is { } offer => new((item, token) => OfferAsync(linking, offer, item, token), StanzaReply.HandlerReplies),
        "iq" when _linking is { } linking && stanza["type"] == "set" && stanza.Child("pair-success") is not null =>
            new((item, token) => parts.Pairing.AcceptAsync(connection, linking, item, token), StanzaReply.HandlerReplies),
        "notification" when _linking is { } linking && LinkingStanzas.Read(stanza) is { } input => new(async (_, token) => await linking.TellAsync(input, token).ConfigureAwait(false), StanzaReply.RouterAcks),
        _ => null,
    };

    private async Task OfferAsync(LinkingSession linking, Node offer, Node iq, CancellationToken cancellationToken)
    {
        await connection.SendAsync(PairingFlow.Received(iq), cancellationToken).ConfigureAwait(false);
        if (_greeted.TrySetResult())
        {
            connection.Start("keepalive", token => parts.Keepalive.RunAsync(connection, token));
            connection.Start("linking", linking.RunAsync);
        }

        await linking.TellAsync(LinkingStanzas.ReadOffer(offer), cancellationToken).ConfigureAwait(false);
    }

    private static LinkingSession Enter(SessionServices services, ConversationParts parts, DeviceRow device, LiveConnection connection)
    {
        var session = new LinkingSession(services, parts.Linking, connection, device, services.Loggers.CreateLogger<LinkingSession>());
        parts.Linking.Enter(session);
        return session;
    }

    public void Dispose()
    {
        if (_linking is not null)
        {
            parts.Linking.Leave(_linking);
        }
    }
}
