using System.Net;

namespace WhatsApp.Wire.Resolving;

/// <summary>The operating system's resolver, on a thread of its own: during an outage it blocks for half a minute and must not take pool threads with it.</summary>
/// <param name="lookup">The blocking call.</param>
internal sealed class SystemLookup(Func<string, IPAddress[]> lookup)
{
    private readonly Lock _gate = new();
    private string _host = "";
    private Task<IPAddress[]>? _running;

    /// <summary>Starts a lookup, or joins the one that still hangs. At most one is in flight.</summary>
    /// <exception cref="IOException">A lookup of another name is still in flight.</exception>
    public Task<IPAddress[]> LookupAsync(string host)
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false })
            {
                return _host == host ? _running : Task.FromException<IPAddress[]>(new IOException("A lookup of another name is still in flight."));
            }

            var done = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
            (_host, _running) = (host, done.Task);
            new Thread(() => Run(host, done)) { IsBackground = true, Name = "Name lookup" }.Start();
            return done.Task;
        }
    }

    private void Run(string host, TaskCompletionSource<IPAddress[]> done)
    {
        try
        {
            done.SetResult(lookup(host));
        }
#pragma warning disable CA1031 // handed on to whoever waits: an exception that leaves a thread ends the process
        catch (Exception fault)
#pragma warning restore CA1031
        {
            done.SetException(fault);
        }
    }
}
