using Shared.Inbox;
using Shared.Outbox;
using WaBot.Hosting;

namespace WaBot.Outbox;

/// <summary>Every few minutes: erases credentials that waited too long, and inbox rows nobody can deliver twice any more.</summary>
internal sealed class SecretSweep(IOutbox outbox, IInbox inbox, Bells bells, TimeProvider time, ILogger<SecretSweep> logger) : LoopService(time, logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan InboxLife = TimeSpan.FromDays(30);
    private readonly TimeProvider clock = time;

    protected override async Task RunRoundAsync(CancellationToken ct)
    {
        if (await outbox.SweepSecretsAsync(ct) > 0)
        {
            bells.RingSenders();
        }
        await inbox.PurgeAsync(clock.GetUtcNow() - InboxLife, ct);
        await Task.Delay(Every, clock, ct);
    }
}
