using System.Collections.Concurrent;

namespace WhatsApp.Messages.Sending;

/// <summary>How the service answered a message: the time it took it, or the code it refused it with.</summary>
internal sealed record AckOutcome(DateTimeOffset At, int? Refused);

/// <summary>Who waits for the answer to which message.</summary>
internal sealed class MessageAcks
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AckOutcome>> _waiting = new(StringComparer.Ordinal);

    public int Count => _waiting.Count;

    /// <summary>Before the message is written, so that no answer can be missed.</summary>
    public Task<AckOutcome> Expect(string id) =>
        _waiting.GetOrAdd(id, _ => new TaskCompletionSource<AckOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Complete(string id, AckOutcome outcome)
    {
        if (_waiting.TryRemove(id, out var waiting))
        {
            waiting.SetResult(outcome);
        }
    }

    /// <summary>The client is being disposed: no answer will come.</summary>
    public void Close()
    {
        foreach (var id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var waiting))
            {
                waiting.SetException(new ObjectDisposedException(nameof(WhatsAppClient), "The client was disposed before the service answered; the message may have arrived."));
            }
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Forget(string id) => _waiting.TryRemove(id, out _);
}
