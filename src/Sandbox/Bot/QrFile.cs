using WhatsApp;

namespace Sandbox.Bot;

/// <summary>Keeps a file with the current pairing QR text, readable by its owner only; empty when no QR is offered.</summary>
internal sealed class QrFile(IWhatsAppClient client, string path) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var status = client.Status;
            while (true)
            {
                Write(status.PairingQr ?? "");
                status = await client.WaitForStatusChangeAsync(status, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the bot stops
        }
    }

    private void Write(string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(path + ".new", options))
        {
            writer.Write(text);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
