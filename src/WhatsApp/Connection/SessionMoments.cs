namespace WhatsApp.Connection;

/// <summary>Moments of a connection that features wait for. Handlers are registered while the client is composed, before it runs.</summary>
internal sealed class SessionMoments
{
    private readonly List<Func<CancellationToken, Task>> _loggedIn = [];
    private readonly List<Func<CancellationToken, Task>> _offlineDrained = [];
    private readonly Dictionary<string, Func<CancellationToken, Task>> _dirty = new(StringComparer.Ordinal);

    /// <summary>After login and its duties, before the service is asked for the offline queue. Requests are allowed; the token ends with the connection.</summary>
    public void OnLoggedIn(Func<CancellationToken, Task> handler) => _loggedIn.Add(handler);

    /// <summary>After the last stanza of the offline queue was handled.</summary>
    public void OnOfflineDrained(Func<CancellationToken, Task> handler) => _offlineDrained.Add(handler);

    /// <summary>The service says that what we keep of a kind (<c>groups</c>, <c>account_sync</c>) is out of date. Requests are allowed; the notice is cleaned once the handler is done.</summary>
    public void OnDirty(string type, Func<CancellationToken, Task> handler) => _dirty.Add(type, handler);

    internal Func<CancellationToken, Task>? Dirty(string type) => _dirty.GetValueOrDefault(type);

    internal IReadOnlyList<Func<CancellationToken, Task>> LoggedIn => _loggedIn;

    internal IReadOnlyList<Func<CancellationToken, Task>> OfflineDrained => _offlineDrained;
}
