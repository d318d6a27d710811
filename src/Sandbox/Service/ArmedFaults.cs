namespace Sandbox.Service;

/// <summary>Faults that wait for their occasion.</summary>
internal sealed class ArmedFaults
{
    private readonly List<(ServiceFault Fault, int Left)> _armed = [];

    public void Arm(ServiceFault fault) => _armed.Add((fault, fault switch
    {
        ServiceFault.RefuseLogin item => item.Times,
        ServiceFault.Linking item => item.Times,
        ServiceFault.RefuseConnection item => item.Times,
        ServiceFault.SwallowAck item => item.Times,
        ServiceFault.Nack item => item.Times,
        ServiceFault.Delay item => item.Times,
        ServiceFault.Corrupt item => item.Times,
        ServiceFault.LoseNotice item => item.Times,
        ServiceFault.Duplicate item => item.Times,
        _ => 1,
    }));

    public void Clear() => _armed.Clear();

    /// <summary>Uses up one refusal of linking of this kind.</summary>
    public bool Takes(LinkingFault kind, string? account) => Take<ServiceFault.Linking>(account, fits: fault => fault.Kind == kind) is not null;

    /// <summary>Uses up one of the first fitting fault, or gives null.</summary>
    public T? Take<T>(string? account, ushort? device = null, Func<T, bool>? fits = null)
        where T : ServiceFault
    {
        for (var i = 0; i < _armed.Count; i++)
        {
            if (_armed[i].Fault is T fault && (fault.Account is null || fault.Account == account) && (fault.Device is null || fault.Device == device) && fits?.Invoke(fault) != false)
            {
                if (_armed[i].Left <= 1)
                {
                    _armed.RemoveAt(i);
                }
                else
                {
                    _armed[i] = (fault, _armed[i].Left - 1);
                }

                return fault;
            }
        }

        return null;
    }
}
