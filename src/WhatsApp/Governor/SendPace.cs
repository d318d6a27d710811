namespace WhatsApp.Governor;

/// <summary>A bucket of places per chat, one for all chats together, and a little chance. Source: facts 17.</summary>
internal sealed class SendPace(PacingOptions options, IRandomSource random, TimeProvider time)
{
    private const int MostChats = 1000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Jid, Bucket> _chats = [];
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private Bucket _all = new(options.MessagesPerMinute, 0);

    /// <summary>Waits until this chat may get its next message; the place is taken when it returns. True when there was a wait.</summary>
    public async Task<bool> WaitAsync(Jid chat, CancellationToken cancellationToken)
    {
        var wait = Take(chat);
        if (wait <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes the next place and says how long it is until then.</summary>
    public TimeSpan Take(Jid chat)
    {
        lock (_gate)
        {
            var now = time.GetElapsedTime(_start).TotalSeconds;
            var own = _chats.TryGetValue(chat, out var known) ? known : new Bucket(options.ChatBurst, now);
            var (ownNext, ownWait) = own.Take(now, options.ChatBurst, options.ChatInterval.TotalSeconds);
            var (allNext, allWait) = _all.Take(now, options.MessagesPerMinute, Minute.TotalSeconds / options.MessagesPerMinute);
            (_chats[chat], _all) = (ownNext, allNext);
            Forget(now);
            return TimeSpan.FromSeconds(Math.Max(ownWait, allWait) * (1 + (options.Jitter * ((2 * random.Fraction()) - 1))));
        }
    }

    /// <summary>Chats whose bucket is full again are as good as new.</summary>
    private void Forget(double now)
    {
        if (_chats.Count < MostChats)
        {
            return;
        }

        foreach (var (chat, _) in _chats.Where(item => now - item.Value.At >= options.ChatBurst * options.ChatInterval.TotalSeconds).ToList())
        {
            _chats.Remove(chat);
        }
    }

    /// <summary>Places at an instant; below zero they are borrowed from the future.</summary>
    private readonly record struct Bucket(double Places, double At)
    {
        public (Bucket Next, double Wait) Take(double now, double capacity, double secondsPerPlace)
        {
            var places = secondsPerPlace <= 0 ? capacity : Math.Min(capacity, Places + ((now - At) / secondsPerPlace));
            var left = places - 1;
            return (new Bucket(left, now), left >= 0 ? 0 : -left * secondsPerPlace);
        }
    }
}
