using WhatsApp.Binary;

namespace Sandbox.Service.Links;

/// <summary>A login that is turned away.</summary>
internal sealed class RefusedLink(ServiceCore core, StanzaPump pump, string? account, int reason) : ClientLink(core, pump)
{
    public override string? Account => account;

    public override void Begin()
    {
        Core.Timeline.Add(WorldEventKinds.LoginRefused, account, $"reason {reason}");
        Close(LastWords.Failure(reason));
    }

    public override void Receive(Node stanza)
    {
    }
}
