using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Diagnostics;

namespace WhatsApp.Connection;

/// <summary>
/// One connection from the handshake to its end: one reader, one lane in which stanzas are handled in order, and the
/// tasks that live as long as it does. It ends once, with one fault; everything it owns has ended when <see cref="RunAsync"/> returns.
/// </summary>
internal sealed partial class LiveConnection(
    IStanzaLink link, TimeProvider time, IRandomSource random, WhatsAppMetrics counters, FlightRecorder recorder, ILogger<LiveConnection> logger)
    : IStanzaSender, IAsyncDisposable
{
    /// <summary>Stanzas read but not handled; when full the socket is not read, which slows the service down.</summary>
    private const int LaneCapacity = 1024;

    private readonly Channel<Node> _lane = Channel.CreateBounded<Node>(new BoundedChannelOptions(LaneCapacity) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<SessionFault> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IqTracker _requests = new(time, random);
    private readonly Lock _gate = new();
    private readonly List<Task> _owned = [];
    private long _framesReceived;

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>The reader waits for the handlers: a missing answer then says nothing about the service.</summary>
    public bool IsReaderHeldBack { get; private set; }

    /// <summary>Frames that came, readable or not.</summary>
    public long FramesReceived => Interlocked.Read(ref _framesReceived);

    /// <summary>Ends the connection; the first fault counts.</summary>
    public void End(SessionFault fault)
    {
        if (_fault.TrySetResult(fault))
        {
            recorder.Note($"ended: {fault.Reason}");
            _requests.Close();
            _ending.Cancel();
        }
    }

    /// <exception cref="NotConnectedException">The connection has ended or broke while writing.</exception>
    public async ValueTask SendAsync(Node stanza, CancellationToken cancellationToken)
    {
        if (_fault.Task.IsCompleted)
        {
            throw new NotConnectedException();
        }

        recorder.Sent(stanza);
        try
        {
            await link.SendAsync(stanza, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or WebSocketException or ObjectDisposedException)
        {
            End(new SessionFault(SessionFaultReason.BrokenStream));
            throw new NotConnectedException("The connection broke while writing.", fault);
        }
    }

    /// <summary>See <see cref="IStanzaSender.RequestAsync"/>.</summary>
    public async Task<Node> RequestAsync(Node iq, CancellationToken cancellationToken) =>
        IqTracker.ResultOf(await AskAsync(iq, IqTracker.UsualLimit, cancellationToken).ConfigureAwait(false));

    /// <summary>The answer even if it is an error: for pings.</summary>
    public Task<Node> AskAsync(Node iq, TimeSpan limit, CancellationToken cancellationToken) => _requests.AskAsync(iq, SendAsync, limit, cancellationToken);

    /// <summary>Starts a task that this connection owns. A fault of it ends the connection.</summary>
    public void Start(string name, Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (!_ending.IsCancellationRequested)
            {
                _owned.Add(RunOwnedAsync(name, work));
            }
        }
    }

    /// <summary>Reads until the end.</summary>
    /// <param name="atOnce">Sees each stanza on the reader; true when it is done with it. Must not wait for handlers or answers.</param>
    /// <param name="inOrder">Handles the others one after the other and answers for its own faults.</param>
    /// <param name="cancellationToken">Ends the connection from our side.</param>
    public async Task<SessionFault> RunAsync(Func<Node, CancellationToken, ValueTask<bool>> atOnce, Func<Node, CancellationToken, Task> inOrder, CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.Register(() => End(new SessionFault(SessionFaultReason.Closed)));
        recorder.Note("connected");
        Start("lane", token => HandleAsync(inOrder, token));
        Start("reader", token => ReadAsync(atOnce, token));
        var fault = await _fault.Task.ConfigureAwait(false);
        await link.DisposeAsync().ConfigureAwait(false); // frees a send that hangs
        Task[] owned;
        lock (_gate)
        {
            owned = [.. _owned];
        }

        await Task.WhenAll(owned).ConfigureAwait(false);
        return fault;
    }

    public async ValueTask DisposeAsync()
    {
        End(new SessionFault(SessionFaultReason.Closed));
        await link.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task ReadAsync(Func<Node, CancellationToken, ValueTask<bool>> atOnce, CancellationToken token)
    {
        while (true)
        {
            Node? stanza;
            try
            {
                stanza = await link.ReceiveAsync(token).ConfigureAwait(false);
            }
            catch (MalformedNodeException fault)
            {
                Interlocked.Increment(ref _framesReceived);
                counters.Malformed();
                Log.Malformed(logger, fault);
                continue; // the frame was authentic, so the stream is in step: only this one is lost
            }
            catch (Exception fault) when (fault is IOException or WebSocketException or ObjectDisposedException && !token.IsCancellationRequested)
            {
                Log.Broken(logger, fault.GetType().Name, fault.Message);
                End(new SessionFault(SessionFaultReason.BrokenStream));
                return;
            }

            if (stanza is null || stanza.Tag == "xmlstreamend")
            {
                End(new SessionFault(SessionFaultReason.Closed));
                return;
            }

            Interlocked.Increment(ref _framesReceived);
            counters.Received(stanza.Tag);
            recorder.Received(stanza);
            if ((stanza.Tag == "iq" && _requests.TryComplete(stanza)) || await atOnce(stanza, token).ConfigureAwait(false))
            {
                continue;
            }

            if (!_lane.Writer.TryWrite(stanza))
            {
                IsReaderHeldBack = true;
                await _lane.Writer.WriteAsync(stanza, token).ConfigureAwait(false);
                IsReaderHeldBack = false;
            }
        }
    }

    private async Task HandleAsync(Func<Node, CancellationToken, Task> inOrder, CancellationToken token)
    {
        await foreach (var stanza in _lane.Reader.ReadAllAsync(token).ConfigureAwait(false))
        {
            await inOrder(stanza, token).ConfigureAwait(false);
        }
    }

    private async Task RunOwnedAsync(string name, Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        try
        {
            await work(_ending.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (_ending.IsCancellationRequested && fault is OperationCanceledException or NotConnectedException or IOException or WebSocketException or ObjectDisposedException)
        {
            Log.EndedWithConnection(logger, name);
        }
        catch (TimeoutException fault)
        {
            Log.Failed(logger, name, fault);
            End(new SessionFault(SessionFaultReason.LoginTimedOut));
        }
        catch (IqErrorException fault)
        {
            Log.Failed(logger, name, fault);
            End(new SessionFault(SessionFaultReason.Unknown, fault.Code));
        }
        catch (SessionStoreException fault)
        {
            Log.Failed(logger, name, fault);
            End(new SessionFault(SessionFaultReason.StoreFailed));
        }
#pragma warning disable CA1031 // Whatever it was, the connection ends by it and the supervisor decides.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Log.Failed(logger, name, fault);
            End(new SessionFault(SessionFaultReason.Unknown));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1111, LogLevel.Warning, "A frame of the service could not be read as a stanza; it is skipped")]
        public static partial void Malformed(ILogger logger, Exception fault);

        [LoggerMessage(1112, LogLevel.Information, "The connection broke: {Kind}: {Fault}")]
        public static partial void Broken(ILogger logger, string kind, string fault);

        [LoggerMessage(1113, LogLevel.Debug, "Task {Name} ended with its connection")]
        public static partial void EndedWithConnection(ILogger logger, string name);

        [LoggerMessage(1114, LogLevel.Error, "Task {Name} failed; the connection ends")]
        public static partial void Failed(ILogger logger, string name, Exception fault);
    }
}
