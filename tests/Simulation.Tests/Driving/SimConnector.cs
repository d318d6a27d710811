using WhatsApp;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace Simulation.Tests.Driving;

/// <summary>Dials: the history decides when a call is answered, and whether.</summary>
internal sealed class SimConnector : IStanzaConnector
{
    private TaskCompletionSource<IStanzaLink>? _calling;

    public bool IsCalling => _calling is { Task.IsCompleted: false };

    public async Task<IStanzaLink> ConnectAsync(DeviceRow device, CancellationToken cancellationToken)
    {
        var calling = new TaskCompletionSource<IStanzaLink>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calling = calling;
        using var end = cancellationToken.UnsafeRegister(_ => calling.TrySetCanceled(cancellationToken), null);
        return await calling.Task;
    }

    public void Answer(IStanzaLink link) => _calling!.TrySetResult(link);

    public void Refuse() => _calling!.TrySetException(new ConnectFailedException(new SessionFault(SessionFaultReason.Unreachable), new IOException("Nobody answers.")));
}
