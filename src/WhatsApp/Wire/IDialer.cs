namespace WhatsApp.Wire;

/// <summary>Opens connections to the service.</summary>
internal interface IDialer
{
    /// <exception cref="IOException">The service could not be reached.</exception>
    Task<IByteChannel> ConnectAsync(CancellationToken cancellationToken);
}
