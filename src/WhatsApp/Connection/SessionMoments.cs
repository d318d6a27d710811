namespace WhatsApp.Connection;

/// <summary>Moments of a connection that features wait for. Handlers are registered while the client is composed, before it runs.</summary>
internal sealed class SessionMoments
{
    private readonly List<Func<CancellationToken, Task>> _loggedIn = [];
    private readonly List<Func<CancellationToken, Task>> _offlineDrained = [];

    /// <summary>After login and its duties, before the service is asked for the offline queue. Requests are allowed; the token ends with the connection.</summary>
    public void OnLoggedIn(Func<CancellationToken, Task> handler) => _loggedIn.Add(handler);

    /// <summary>After the last stanza of the offline queue was handled.</summary>
    public void OnOfflineDrained(Func<CancellationToken, Task> handler) => _offlineDrained.Add(handler);

    internal IReadOnlyList<Func<CancellationToken, Task>> LoggedIn => _loggedIn;

    internal IReadOnlyList<Func<CancellationToken, Task>> OfflineDrained => _offlineDrained;
}
