using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Login;
using WhatsApp.Pairing;
using WhatsApp.Store;

namespace WhatsApp.Supervision;

/// <summary>What every conversation uses and none of them owns.</summary>
internal sealed record ConversationParts(StanzaDispatcher Dispatcher, LoginDuties Duties, InfoBroadcasts Broadcasts, PairingFlow Pairing, Keepalive Keepalive);

/// <summary>What is said on this one connection.</summary>
internal sealed class Conversation(SessionServices services, ConversationParts parts, DeviceRow device, LiveConnection connection) : IDisposable
{
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(30);

    private readonly OfflineQueue _queue = new(services, services.Loggers.CreateLogger<OfflineQueue>());
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _showing = new();
    private bool _loggedIn;

    /// <summary>The service says success, failure or pair-device soon, or not at all.</summary>
    public async Task WaitForGreetingAsync(CancellationToken cancellationToken) =>
        await _greeted.Task.WaitAsync(LoginLimit, services.Options.Time, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> AtOnceAsync(Node stanza, CancellationToken cancellationToken)
    {
        if (FaultReader.Read(stanza, services.Options.Time.GetUtcNow()) is { } fault)
        {
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
        "iq" when stanza["type"] == "set" && !device.IsPaired && stanza.Child("pair-device") is not null => new(OfferAsync, StanzaReply.HandlerReplies),
        "iq" when stanza["type"] == "set" && !device.IsPaired && stanza.Child("pair-success") is not null => new(AcceptAsync, StanzaReply.HandlerReplies),
        _ => null,
    };

    private async Task OfferAsync(Node stanza, CancellationToken cancellationToken)
    {
        if (_greeted.TrySetResult())
        {
            connection.Start("keepalive", token => parts.Keepalive.RunAsync(connection, token));
        }
        else
        {
            await _showing.CancelAsync().ConfigureAwait(false); // new codes take the place of those sent before
            _showing.Dispose();
            _showing = new CancellationTokenSource();
        }

        await parts.Pairing.OfferAsync(connection, device, stanza, _showing.Token, cancellationToken).ConfigureAwait(false);
    }

    private async Task AcceptAsync(Node stanza, CancellationToken cancellationToken)
    {
        await _showing.CancelAsync().ConfigureAwait(false);
        await parts.Pairing.AcceptAsync(connection, device, stanza, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _showing.Dispose();
}
