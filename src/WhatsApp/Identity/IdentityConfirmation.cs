using WhatsApp.Connection;
using WhatsApp.Devices;

namespace WhatsApp.Identity;

/// <summary>
/// Asks the service about numbers that stood beside a LID it has not confirmed. One request at a time for all that have gathered,
/// and each number at most once an hour: a backlog of strangers must not become a storm of requests.
/// </summary>
internal sealed class IdentityConfirmation(DeviceDirectory devices, BackgroundWork background, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly HashSet<Jid> _waiting = [];
    private readonly Dictionary<Jid, long> _asked = [];
    private bool _running;

    public void Ask(IReadOnlyCollection<Jid> numbers)
    {
        lock (_gate)
        {
            foreach (var number in numbers)
            {
                if (_waiting.Count < MostRemembered && !(_asked.TryGetValue(number, out var at) && time.GetElapsedTime(at) < AskAgainAfter))
                {
                    _waiting.Add(number);
                }
            }

            if (_running || _waiting.Count == 0)
            {
                return;
            }

            _running = true;
        }

        if (!background.Run("confirm identities", RunAsync))
        {
            Stop();
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (Next() is { Length: > 0 } numbers)
            {
                await devices.RefreshAsync(numbers, cancellationToken).ConfigureAwait(false);
                Remember(numbers);
            }
        }
        finally
        {
            Stop();
        }
    }

    private Jid[] Next()
    {
        lock (_gate)
        {
            Jid[] numbers = [.. _waiting.Take(DeviceQuery.MaxUsers)];
            _waiting.ExceptWith(numbers);
            _running = numbers.Length > 0;
            return numbers;
        }
    }

    private void Remember(Jid[] numbers)
    {
        lock (_gate)
        {
            if (_asked.Count + numbers.Length > MostRemembered)
            {
                _asked.Clear();
            }

            foreach (var number in numbers)
            {
                _asked[number] = time.GetTimestamp();
            }
        }
    }

    /// <summary>After a fault too: who is still waiting is asked for with the next one.</summary>
    private void Stop()
    {
        lock (_gate)
        {
            _running = false;
        }
    }
}
