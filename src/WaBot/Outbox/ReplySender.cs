using Shared.Outbox;
using WaBot.Hosting;
using WhatsApp;

namespace WaBot.Outbox;

/// <summary>Sends what the domain wants said: rows in order within a chat, at a human pace, each under the id its row was born with.</summary>
internal sealed class ReplySender(IWhatsAppClient client, IOutbox outbox, MessageSend send, Bells bells, TimeProvider time, ILogger<ReplySender> logger) : LoopService(time, logger)
{
    private const int Batch = 50;
    private const int ChatsAtOnce = 8;
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(2);

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        var any = false;
        if (client.Status.Phase == SessionPhase.LoggedIn)
        {
            var due = await outbox.LoadDueAsync(Batch, ct); // one a chat at most, so they may go side by side
            any = due.Count > 0;
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = ChatsAtOnce, CancellationToken = ct }, async (message, token) => await send.SendAsync(message, token));
        }
        if (!any)
        {
            await bells.Outbox.WaitAsync(LookAnyway, ct);
        }
    }
}
