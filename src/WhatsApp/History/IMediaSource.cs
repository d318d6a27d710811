namespace WhatsApp.History;

/// <summary>Where encrypted files are fetched from.</summary>
internal interface IMediaSource
{
    /// <summary>The file's bytes as they come.</summary>
    /// <param name="directPath">Path and query as the sender gave them.</param>
    /// <param name="cancellationToken">Ends the fetching.</param>
    /// <exception cref="HttpRequestException">It cannot be had.</exception>
    Task<Stream> OpenAsync(string directPath, CancellationToken cancellationToken);
}
