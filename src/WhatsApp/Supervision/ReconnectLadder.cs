namespace WhatsApp.Supervision;

/// <summary>Counts failures in a row and picks the next wait.</summary>
internal sealed class ReconnectLadder(ReconnectOptions options, IRandomSource random)
{
    private const int RungsOfALongBackoff = 3;
    private const int MostRestartsInARow = 3;
    private int _rung;
    private int _restarts;
    private SessionFault? _onceMore;

    public int Failures { get; private set; }

    public bool AlertDue => Failures >= options.AlertAfter;

    /// <summary>Logged in, or offered a QR code: the service is well.</summary>
    public void Reset() => (_rung, _restarts, Failures, _onceMore) = (0, 0, 0, null);

    /// <summary>The wait before the next attempt; null to halt.</summary>
    public TimeSpan? Next(SessionFault fault, Reaction reaction, DateTimeOffset now)
    {
        if (reaction == Reaction.Now && ++_restarts <= MostRestartsInARow)
        {
            return TimeSpan.Zero;
        }

        if (reaction is Reaction.Halt or Reaction.Quarantine || (reaction == Reaction.WaitUntil && fault.Until is null))
        {
            return null;
        }

        Failures++;
        if (reaction == Reaction.OnceMore && _onceMore is { } earlier && earlier.Reason == fault.Reason && earlier.Code == fault.Code)
        {
            return null;
        }

        _onceMore = reaction == Reaction.OnceMore ? fault : null;
        if (options.StopAfterAlert && AlertDue)
        {
            return null;
        }

        if (reaction == Reaction.WaitUntil)
        {
            var told = fault.Until!.Value - now;
            return told > TimeSpan.Zero ? told : TimeSpan.Zero;
        }

        _rung += reaction == Reaction.LongBackoff ? RungsOfALongBackoff : 1;
        var wait = options.Waits[Math.Min(_rung, options.Waits.Count) - 1];
        return wait * (1 - (options.Jitter * random.Fraction()));
    }
}
