using WhatsApp;

namespace Sandbox.Bot;

/// <summary>
/// Keeps a file with the code to be typed on the phone; empty when none is shown. With a number it asks for that code at the
/// start, when a link was removed, and again when one was not used in time; what the service refuses it does not ask twice.
/// </summary>
internal sealed class CodeFile(IWhatsAppClient client, string path, string? phoneNumber) : BackgroundService
{
    private readonly LinkingMethod? _method = LinkingMethod.TryByCode(phoneNumber);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var before = new SessionStatus(SessionPhase.Stopped) { OwnPhone = client.Status.OwnPhone };
            await AskAsync(stoppingToken);
            while (true)
            {
                var status = await client.WaitForStatusChangeAsync(before, stoppingToken);
                SecretFile.Write(path, (status.Linking as CodeShown)?.Code ?? "");
                if ((before.OwnPhone is not null && status.OwnPhone is null) || (status.LinkingRefusal is { } refused && refused != before.LinkingRefusal && IsWorthAnother(refused.Reason)))
                {
                    await AskAsync(stoppingToken);
                }

                before = status;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the bot stops
        }
    }

    private Task AskAsync(CancellationToken cancellationToken) => _method is null ? Task.CompletedTask : client.PairAsync(_method, cancellationToken);

    private static bool IsWorthAnother(LinkingRefusal reason) =>
        reason is LinkingRefusal.CodeExpired or LinkingRefusal.WrongCode or LinkingRefusal.NotCompleted or LinkingRefusal.NoAnswer;
}
