using Microsoft.Extensions.Logging;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp;

/// <summary>The client of the real service, and of the simulated one.</summary>
public sealed partial class WhatsAppClient : IWhatsAppClient
{
    private readonly SessionServices _services;

    private WhatsAppClient(SessionServices services) => _services = services;

    /// <summary>Opens the session's store, making it at the first use. Does not connect: see <see cref="RunAsync"/>.</summary>
    /// <param name="options">How.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SessionStoreException">Another process holds the store, or it is damaged.</exception>
    public static Task<WhatsAppClient> OpenAsync(WhatsAppClientOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc />
    public SessionStatus Status => _services.Status.Current;

    /// <inheritdoc />
    public Task<SessionStatus> WaitForStatusChangeAsync(SessionStatus known, CancellationToken cancellationToken) =>
        _services.Status.WaitForChangeAsync(known, cancellationToken);

    /// <inheritdoc />
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task LogOutAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
