namespace WhatsApp.Pairing;

/// <summary>How the host wants to link, and the attempt of the moment. Lives as long as the client; safe from several threads.</summary>
internal sealed class LinkingDesk
{
    /// <summary>Each code pushes a message to the phone; a connection that keeps breaking must not push one after the other.</summary>
    private const int MostCodes = 3;

    private readonly Lock _gate = new();
    private LinkingMethod _method = LinkingMethod.Qr;
    private int _codes;
    private LinkingSession? _session;

    public LinkingMethod Method
    {
        get
        {
            lock (_gate)
            {
                return _method;
            }
        }
    }

    /// <summary>The attempt of the moment; null while there is no connection to link over.</summary>
    public LinkingSession? Session
    {
        get
        {
            lock (_gate)
            {
                return _session;
            }
        }
    }

    public void Enter(LinkingSession session)
    {
        lock (_gate)
        {
            _session = session;
        }
    }

    public void Leave(LinkingSession session)
    {
        lock (_gate)
        {
            _session = _session == session ? null : _session;
        }
    }

    /// <summary>Another way from now on.</summary>
    /// <returns>False when it is this way already.</returns>
    public bool Choose(LinkingMethod method)
    {
        lock (_gate)
        {
            if (_method == method)
            {
                return false;
            }

            (_method, _codes) = (method, 0);
            return true;
        }
    }

    /// <summary>Whether another code may be asked for before the host chooses anew.</summary>
    public bool TryTakeCode()
    {
        lock (_gate)
        {
            return ++_codes <= MostCodes;
        }
    }

    /// <summary>This way has come to its end; what the host has chosen in the meantime stays.</summary>
    public void GiveUp(LinkingMethod method)
    {
        lock (_gate)
        {
            _method = _method == method ? LinkingMethod.Qr : _method;
        }
    }
}
