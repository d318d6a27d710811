namespace WaBot.Inbox;

/// <summary>One piece of work at a time within a chat, chats beside each other up to a limit. Owned by one loop.</summary>
internal sealed class ChatLanes(int parallel) : IDisposable
{
    private readonly SemaphoreSlim slots = new(parallel, parallel);
    private readonly Dictionary<string, Task> tails = new(StringComparer.Ordinal);

    public int Busy => tails.Count;

    /// <summary>Queues behind everything of the same chat. The work must not throw.</summary>
    public void Post(string chat, Func<Task> work)
    {
        var before = tails.GetValueOrDefault(chat, Task.CompletedTask);
        tails[chat] = RunAsync(before, work);
    }

    /// <summary>Forgets chats that have nothing left to do.</summary>
    public void Sweep()
    {
        foreach (var (chat, tail) in tails.Where(t => t.Value.IsCompleted).ToList())
        {
            tails.Remove(chat);
        }
    }

    public Task WhenAllDoneAsync() => Task.WhenAll(tails.Values);

    public void Dispose() => slots.Dispose();

    private async Task RunAsync(Task before, Func<Task> work)
    {
        await before;
        await slots.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            slots.Release();
        }
    }
}
