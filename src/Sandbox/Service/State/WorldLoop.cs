using System.Threading.Channels;

namespace Sandbox.Service.State;

/// <summary>
/// The world's one thread of events: everything that reads or changes the world is a turn here, one after the other.
/// A turn's changes are committed before anything it sends leaves.
/// </summary>
internal sealed class WorldLoop : IAsyncDisposable
{
    private readonly Channel<Action> _turns = Channel.CreateUnbounded<Action>();
    private readonly List<Action> _afterCommit = [];
    private readonly WorldStore _store;
    private readonly Action<Exception> _broken;
    private readonly Task _running;

    /// <param name="store">Committed after each turn.</param>
    /// <param name="broken">Told of a turn nobody waits for that failed.</param>
    public WorldLoop(WorldStore store, Action<Exception> broken)
    {
        (_store, _broken) = (store, broken);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Runs a turn and returns its result once it is durable.</summary>
    public Task<T> RunAsync<T>(Func<T> turn)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = _turns.Writer.TryWrite(() =>
        {
            try
            {
                var result = turn();
                AfterCommit(() => done.SetResult(result));
            }
#pragma warning disable CA1031 // The caller gets it, whatever it is.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                AfterCommit(() => done.SetException(fault));
            }
        });
        ObjectDisposedException.ThrowIf(!taken, this);
        return done.Task;
    }

    public Task RunAsync(Action turn) => RunAsync(() =>
    {
        turn();
        return true;
    });

    /// <summary>Adds a turn nobody waits for. After the end of the world it is dropped.</summary>
    public void Post(Action turn) => _turns.Writer.TryWrite(turn);

    /// <summary>From within a turn: do this once the turn is durable.</summary>
    public void AfterCommit(Action send) => _afterCommit.Add(send);

    /// <summary>Returns when no turn is waiting.</summary>
    public Task SettleAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Look();
        return done.Task;

        void Look() => Post(() =>
        {
            if (_turns.Reader.Count == 0)
            {
                done.TrySetResult();
            }
            else
            {
                Look();
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        _turns.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await foreach (var turn in _turns.Reader.ReadAllAsync())
        {
            try
            {
                turn();
            }
#pragma warning disable CA1031 // One bad stanza must not end the world; it is told and counted.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                _broken(fault);
            }

            _store.Commit();
            var sends = _afterCommit.ToArray();
            _afterCommit.Clear();
            foreach (var send in sends)
            {
                send();
            }
        }
    }
}
