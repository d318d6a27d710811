using WhatsApp.Peers;

namespace WhatsApp.Tests.Signal;

/// <summary>Nobody's LID is known: every name is canonical as it is.</summary>
internal sealed class NoBook : ILidBook
{
    public static readonly NoBook Instance = new();

    public Jid? LidOf(Jid phone) => null;
}
