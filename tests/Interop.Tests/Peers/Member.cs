using Sandbox.Phones;

namespace Interop.Tests.Peers;

/// <summary>A member whose companion is a real Baileys client.</summary>
internal sealed record Member(string Id, Phone Phone, BaileysPeer Peer, Companion Companion) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Peer.DisposeAsync();

    public override string ToString() => Id;
}
