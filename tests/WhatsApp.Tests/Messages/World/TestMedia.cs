using System.Collections.Concurrent;
using WhatsApp.History;

namespace WhatsApp.Tests.Messages.World;

/// <summary>The media host: files by path.</summary>
internal sealed class TestMedia : IMediaSource
{
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    public Task<Stream> OpenAsync(string directPath, CancellationToken cancellationToken)
    {
        Asked.Enqueue(directPath);
        return Files.TryGetValue(directPath, out var file)
            ? Task.FromResult<Stream>(new MemoryStream(file))
            : Task.FromException<Stream>(new HttpRequestException("There is no such file."));
    }
}
