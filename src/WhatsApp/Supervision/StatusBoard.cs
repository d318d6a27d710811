namespace WhatsApp.Supervision;

/// <summary>The newest status and those who wait for the next one.</summary>
internal sealed class StatusBoard
{
    private readonly Lock _gate = new();
    private SessionStatus _current = new(SessionPhase.Stopped);
    private TaskCompletionSource _changed = New();

    public SessionStatus Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Replaces the status by what <paramref name="change"/> makes of it; an equal one wakes nobody.</summary>
    public SessionStatus Change(Func<SessionStatus, SessionStatus> change)
    {
        TaskCompletionSource changed;
        SessionStatus next;
        lock (_gate)
        {
            next = change(_current);
            if (next == _current)
            {
                return next;
            }

            _current = next;
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
        return next;
    }

    public async Task<SessionStatus> WaitForChangeAsync(SessionStatus known, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current != known)
                {
                    return _current;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
