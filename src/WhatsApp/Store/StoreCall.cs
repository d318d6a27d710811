namespace WhatsApp.Store;

/// <summary>One queued call of the store.</summary>
internal abstract class StoreCall(string commit)
{
    public string Commit { get; } = commit;

    /// <summary>The call wrote something: only then its commit is one.</summary>
    public bool HasChanged { get; set; }

    /// <summary>False when the caller has gone.</summary>
    public abstract bool Start();

    public abstract void Run(SessionTransaction transaction);

    public abstract void Complete();

    public abstract void Fail(Exception fault);
}

internal sealed class StoreCall<T>(string commit, Func<SessionTransaction, T> work, CancellationToken cancellationToken) : StoreCall(commit)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _done.Task;

    public override bool Start() => !cancellationToken.IsCancellationRequested || !_done.TrySetCanceled(cancellationToken);

    public override void Run(SessionTransaction transaction) => _result = work(transaction);

    public override void Complete() => _done.TrySetResult(_result!);

    public override void Fail(Exception fault) => _done.TrySetException(fault);
}
