using WhatsApp;

namespace Sandbox.Bot;

/// <summary>Keeps a file with the current pairing QR text; empty when no QR is offered.</summary>
internal sealed class QrFile(IWhatsAppClient client, string path) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var status = client.Status;
            while (true)
            {
                SecretFile.Write(path, status.PairingQr ?? "");
                status = await client.WaitForStatusChangeAsync(status, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the bot stops
        }
    }
}
