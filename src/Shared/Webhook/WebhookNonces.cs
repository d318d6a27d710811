using Microsoft.EntityFrameworkCore;
using Shared.Persistence;

namespace Shared.Webhook;

internal sealed class WebhookNonces(Ledger ledger, TimeProvider time) : IWebhookNonces
{
    public Task<bool> TryRememberAsync(string nonce, TimeSpan life, CancellationToken ct) => ledger.CommitAsync("webhook.remember", async db =>
    {
        var now = time.GetUtcNow();
        var forgotten = now - life;
        await db.WebhookNonces.Where(n => n.At < forgotten).ExecuteDeleteAsync(ct);
        if (await db.WebhookNonces.AnyAsync(n => n.Nonce == nonce, ct))
        {
            return false;
        }
        db.WebhookNonces.Add(new WebhookNonceRow { Nonce = nonce, At = now });
        return true;
    }, ct);
}
