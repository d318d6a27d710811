namespace WhatsApp.Messages.Sending;

/// <summary>
/// One message of a chat at a time between its encryption and the wire. A sender key handed out by a later message does not read
/// an earlier one, so messages that overtake each other on the way out would have every member ask for them again.
/// </summary>
internal sealed class ChatTurns
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Jid, Task> _last = [];

    /// <summary>Waits for the messages before; the caller ends its turn by disposing it.</summary>
    public async Task<IDisposable> TakeAsync(Jid chat, CancellationToken cancellationToken)
    {
        var turn = new Turn(this, chat);
        Task before;
        lock (_gate)
        {
            before = _last.GetValueOrDefault(chat, Task.CompletedTask);
            _last[chat] = turn.Ended;
        }

        try
        {
            await before.WaitAsync(cancellationToken).ConfigureAwait(false);
            return turn;
        }
        catch
        {
            _ = before.ContinueWith(_ => turn.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default); // whoever waits behind still waits for those before
            throw;
        }
    }

    private sealed class Turn(ChatTurns turns, Jid chat) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public void Dispose()
        {
            lock (turns._gate)
            {
                if (turns._last.TryGetValue(chat, out var last) && last == Ended)
                {
                    turns._last.Remove(chat);
                }
            }

            _ended.TrySetResult();
        }
    }
}
