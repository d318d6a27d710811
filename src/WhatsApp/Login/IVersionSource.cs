namespace WhatsApp.Login;

/// <summary>Says which version of its web client the service hands out now.</summary>
internal interface IVersionSource
{
    /// <exception cref="IOException">It could not be read.</exception>
    Task<uint> ReadAsync(CancellationToken cancellationToken);
}
