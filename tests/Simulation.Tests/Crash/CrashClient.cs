using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Simulation.Tests.Driving;
using WhatsApp;
using WhatsApp.Wire;

namespace Simulation.Tests.Crash;

/// <summary><c>crash-client FOLDER PORT ROOT DIE-AT</c>: a real client over a real store, with a host that answers every message, until it is killed.</summary>
internal static class CrashClient
{
    public const string Name = "crash-client";

    public static async Task<int> RunAsync(string[] args)
    {
        var (folder, port, root, dieAt) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), Convert.FromHexString(args[2]), int.Parse(args[3], CultureInfo.InvariantCulture));
        var kill = new KillPoint(dieAt);
        using var book = new HostBook(Path.Combine(folder, "book.txt"), kill.Pass);
        var options = new WhatsAppClientOptions
        {
            StorageFolder = folder,
            Protector = new OpenProtector(),
            Probe = kill.Pass,
            Dialer = new TcpDialer(port, kill.Pass),
            TrustRoot = new NoiseTrustRoot(root),
            Pacing = PacingOptions.None,
            Reconnect = new ReconnectOptions { Waits = [TimeSpan.FromMilliseconds(100)] },
        };
        await using var client = await WhatsAppClient.OpenAsync(options, NullLoggerFactory.Instance, CancellationToken.None);
        var run = client.RunAsync(CancellationToken.None);
        var answers = book.Unanswered.Select(item => AnswerAsync(client, book, item.Id, item.Chat)).ToList();
        await foreach (var item in client.ReadEventsAsync(CancellationToken.None))
        {
            if (item is MessageReceived message && book.Store(message.Id, message.Position, message.Chat.Chat.ToString()))
            {
                answers.Add(AnswerAsync(client, book, message.Id, message.Chat.Chat.ToString()));
            }

            kill.Pass("acknowledge.before");
            await client.AcknowledgeAsync(item, CancellationToken.None);
        }

        await Task.WhenAll(answers.Append(run));
        return 1; // only a kill ends it
    }

    private static async Task AnswerAsync(WhatsAppClient client, HostBook book, string id, string chat)
    {
        while (true)
        {
            try
            {
                await client.SendTextAsync(new ChatHandle(Jid.Parse(chat)), new OutgoingText($"text R{id}"), $"R{id}", CancellationToken.None);
                book.Answered(id);
                return;
            }
            catch (NotConnectedException)
            {
                await LoggedInAsync(client); // a real host waits as well
            }
            catch (TimeoutException)
            {
                // unknown whether it arrived: again under the same id
            }
        }
    }

    private static async Task LoggedInAsync(WhatsAppClient client)
    {
        var status = client.Status;
        do
        {
            status = await client.WaitForStatusChangeAsync(status, CancellationToken.None);
        }
        while (status.Phase != SessionPhase.LoggedIn);
    }
}
