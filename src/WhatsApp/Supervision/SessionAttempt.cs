using Microsoft.Extensions.Logging;
using WhatsApp.Connection;
using WhatsApp.Store;
using WhatsApp.Wire;

namespace WhatsApp.Supervision;

/// <summary>One attempt: connects, pairs or logs in, and serves the connection until it ends.</summary>
internal sealed class SessionAttempt(SessionServices services, IStanzaConnector connector, ConnectionSlot slot, ConversationParts parts)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(75); // the dialer has 45, the handshake 20

    /// <returns>Why it ended.</returns>
    public async Task<SessionFault> RunAsync(DeviceRow device, CancellationToken cancellationToken)
    {
        IStanzaLink link;
        try
        {
            link = await ConnectAsync(device, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectFailedException failed)
        {
            return failed.Fault;
        }

        var options = services.Options;
        var connection = new LiveConnection(link, options.Time, options.Random, services.Metrics, services.Recorder, services.Loggers.CreateLogger<LiveConnection>());
        await using var end = connection.ConfigureAwait(false);
        using var conversation = new Conversation(services, parts, device, connection);
        try
        {
            connection.Start("greeting", conversation.WaitForGreetingAsync);
            return await connection.RunAsync(conversation.AtOnceAsync, conversation.InOrderAsync, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            slot.Empty();
        }
    }

    private async Task<IStanzaLink> ConnectAsync(DeviceRow device, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, services.Options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await connector.ConnectAsync(device, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectFailedException(DialFaults.NoTime, late);
        }
    }
}
