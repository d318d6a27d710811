using System.Collections.Concurrent;
using System.Globalization;
using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>Requests of one connection that wait for their answer.</summary>
internal sealed class IqTracker(TimeProvider time, IRandomSource random)
{
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Node>> _waiting = new(StringComparer.Ordinal);
    private readonly string _prefix = Convert.ToHexStringLower(random.Bytes(3));
    private long _last;
    private bool _closed;

    /// <summary>Sets the id, sends, and waits for the iq of that id, be it a result or an error.</summary>
    /// <exception cref="TimeoutException">Not sent and answered within the limit.</exception>
    /// <exception cref="NotConnectedException">The connection ended first.</exception>
    public async Task<Node> AskAsync(Node iq, Func<Node, CancellationToken, ValueTask> send, TimeSpan limit, CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_prefix}-{Interlocked.Increment(ref _last)}");
        iq.Attributes["id"] = id;
        var answer = new TaskCompletionSource<Node>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            if (Volatile.Read(ref _closed))
            {
                throw new NotConnectedException();
            }

            return await SendAndWaitAsync().WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }

        async Task<Node> SendAndWaitAsync()
        {
            await send(iq, cancellationToken).ConfigureAwait(false); // counts too: a dead network takes nothing
            return await answer.Task.ConfigureAwait(false);
        }
    }

    /// <summary>True when the stanza answers a request of ours. A late or unknown answer is nobody's.</summary>
    public bool TryComplete(Node iq) => iq["type"] is "result" or "error" && iq["id"] is { } id && _waiting.TryRemove(id, out var answer) && answer.TrySetResult(iq);

    public void Close()
    {
        Volatile.Write(ref _closed, true);
        foreach (var answer in _waiting.Values)
        {
            answer.TrySetException(new NotConnectedException("The connection ended before the answer came."));
        }
    }

    /// <summary>The answer, or its error as an exception.</summary>
    public static Node ResultOf(Node answer)
    {
        if (answer["type"] != "error")
        {
            return answer;
        }

        var error = answer.Child("error");
        _ = int.TryParse(error?["code"], NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        throw new IqErrorException(code, error?["text"]);
    }
}
