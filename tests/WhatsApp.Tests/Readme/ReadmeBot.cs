using Microsoft.Extensions.Logging;

namespace WhatsApp.Tests.Readme;

/// <summary>The bot of the README, compiled. It is never run: it would call the real service.</summary>
internal static class ReadmeBot
{
    public static async Task RunAsync(ISecretProtector protector, ILoggerFactory loggers, Action<string> show, CancellationToken stop)
    {
        // README
        await using var client = await WhatsAppClient.OpenAsync(
            new WhatsAppClientOptions { StorageFolder = "session", Protector = protector }, loggers, stop);
        var running = client.RunAsync(stop); // connects, links, logs in, reconnects; ends by cancellation or halted

        for (var status = client.Status; status.Phase != SessionPhase.LoggedIn; status = await client.WaitForStatusChangeAsync(status, stop))
        {
            if (status.Linking is QrShown qr)
            {
                show(qr.Text); // to be scanned under "Linked devices" on the phone
            }
        }

        await foreach (var item in client.ReadEventsAsync(stop))
        {
            if (item is MessageReceived { Text: "ping" } ping && (await client.CanWriteAsync(ping.Chat, stop)).IsAllowed)
            {
                await client.SendTextAsync(ping.Chat, new OutgoingText("pong"), client.NewMessageId(), stop);
            }

            await client.AcknowledgeAsync(item, stop); // only now the sender's phone shows it as delivered
        }

        await running;
        // README
    }
}
