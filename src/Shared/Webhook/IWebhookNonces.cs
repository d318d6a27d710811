namespace Shared.Webhook;

/// <summary>Which webhook calls were let in already; remembered across restarts for as long as their time stamp would be accepted.</summary>
public interface IWebhookNonces
{
    /// <summary>True once per nonce. Nonces older than <paramref name="life"/> are forgotten. Fail points <c>webhook.remember</c>.</summary>
    Task<bool> TryRememberAsync(string nonce, TimeSpan life, CancellationToken ct);
}
