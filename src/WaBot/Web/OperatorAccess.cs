using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shared.Chance;
using WaBot.Options;

namespace WaBot.Web;

/// <summary>
/// One-time codes that open the operator page. Only their hashes are kept, in a file only its owner can read; a used one never opens again.
/// A new one is made by the first start, or by <c>wabot sign-in</c> while the host runs.
/// </summary>
internal sealed class OperatorAccess(string file, IRandomBytes random) : IDisposable
{
    private const int CodeBytes = 10;
    private const string Letters = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"; // Crockford's: nothing that looks like something else

    private readonly SemaphoreSlim oneAtATime = new(1, 1);

    /// <summary>The code to print: the configured one, or at the very first start a fresh one. Null when there is nothing new to print.</summary>
    public string? Prepare(string? configured)
    {
        var known = Load();
        if (configured is not null)
        {
            if (!known.Used.Contains(Hash(configured)))
            {
                Save(known with { Pending = Hash(configured) });
            }
            return null; // whoever chose it knows it
        }
        return known is { Pending: null, Used.Count: 0 } ? Issue() : null;
    }

    /// <summary>A fresh code; the one before, if unused, is void.</summary>
    public string Issue()
    {
        var bytes = new byte[CodeBytes * 8 / 5];
        random.Fill(bytes);
        var code = string.Join('-', bytes.Select(b => Letters[b % 32]).Chunk(4).Select(c => new string(c)));
        Save(Load() with { Pending = Hash(code) });
        return code;
    }

    /// <summary>Whether this code would open the page now. Uses nothing up; for whoever chose the code.</summary>
    public bool IsOpen(string code) => Load().Pending == Hash(code);

    /// <summary>True once per code. Guesses go one at a time, so that many at once are not faster than one.</summary>
    public async Task<bool> TryUseAsync(string? code, Func<Task> punish)
    {
        await oneAtATime.WaitAsync();
        try
        {
            var known = Load();
            var right = known.Pending is { } pending && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(pending), Encoding.ASCII.GetBytes(Hash(code ?? "")));
            if (!right)
            {
                await punish();
                return false;
            }
            Save(new AccessFile(null, [.. known.Used, Hash(code ?? "")]));
            return true;
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    public void Dispose() => oneAtATime.Dispose();

    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Trim())));

    private AccessFile Load() =>
        File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), AccessJson.Default.AccessFile) ?? new AccessFile(null, []) : new AccessFile(null, []);

    private void Save(AccessFile access)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var stream = new FileStream(file + ".new", options))
        {
            JsonSerializer.Serialize(stream, access, AccessJson.Default.AccessFile);
            stream.Flush(flushToDisk: true);
        }
        File.Move(file + ".new", file, overwrite: true);
    }
}

/// <param name="Pending">Hash of the code that opens next.</param>
/// <param name="Used">Hashes of codes that have opened; they never do again.</param>
internal sealed record AccessFile(string? Pending, IReadOnlyList<string> Used);

[JsonSerializable(typeof(AccessFile))]
internal sealed partial class AccessJson : JsonSerializerContext;
