using WhatsApp.Binary;

namespace Sandbox.Service.Links;

/// <summary>One connection of a client, after the handshake. All but the construction happens in turns.</summary>
internal abstract class ClientLink(ServiceCore core, StanzaPump pump)
{
    private bool _closed;

    protected ServiceCore Core { get; } = core;

    /// <summary>The account it belongs to, once that is known.</summary>
    public virtual string? Account => null;

    public abstract void Begin();

    public abstract void Receive(Node stanza);

    /// <summary>The connection is over.</summary>
    public virtual void Gone() => _closed = true;

    public void Send(Node stanza)
    {
        if (!_closed)
        {
            var delay = Core.Faults.Take<ServiceFault.Delay>(Account)?.By ?? TimeSpan.Zero;
            Core.Loop.AfterCommit(() => pump.Write(stanza, delay));
        }
    }

    public void Close(Node? lastWord)
    {
        if (lastWord is not null)
        {
            Send(lastWord);
        }

        _closed = true;
        var grace = lastWord is null ? TimeSpan.Zero : TimeSpan.FromSeconds(2);
        Core.Loop.AfterCommit(() => pump.Complete(grace));
    }
}
