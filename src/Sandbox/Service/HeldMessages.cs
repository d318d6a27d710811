using Sandbox.Service.State;

namespace Sandbox.Service;

/// <summary>Messages the service has taken but keeps back, so that several people can write before anyone has read.</summary>
internal sealed class HeldMessages
{
    private readonly List<(DeviceKey Device, QueuedStanza Item)> _kept = [];
    private bool _holding;

    public void Hold() => _holding = true;

    /// <summary>False: nothing is held back, the message may go.</summary>
    public bool TryKeep(DeviceKey device, QueuedStanza item)
    {
        if (_holding)
        {
            _kept.Add((device, item));
        }

        return _holding;
    }

    public IReadOnlyList<(DeviceKey Device, QueuedStanza Item)> Release()
    {
        _holding = false;
        var kept = _kept.ToArray();
        _kept.Clear();
        return kept;
    }
}
