using WhatsApp.Binary;

namespace WhatsApp.Connection;

/// <summary>The logged-in connection of the moment, if there is one.</summary>
internal sealed class ConnectionSlot : IStanzaSender
{
    private LiveConnection? _current;

    public LiveConnection? Current => Volatile.Read(ref _current);

    public void Fill(LiveConnection connection) => Volatile.Write(ref _current, connection);

    public void Empty() => Volatile.Write(ref _current, null);

    public ValueTask SendAsync(Node stanza, CancellationToken cancellationToken) => Required.SendAsync(stanza, cancellationToken);

    public Task<Node> RequestAsync(Node iq, CancellationToken cancellationToken) =>
        Current is { } connection ? connection.RequestAsync(iq, cancellationToken) : Task.FromException<Node>(new NotConnectedException());

    private LiveConnection Required => Current ?? throw new NotConnectedException();
}
