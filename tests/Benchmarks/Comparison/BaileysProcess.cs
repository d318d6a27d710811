using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Benchmarks.Comparison;

/// <summary>Node with the Baileys that the interoperability tests pin, asked one thing at a time over its standard input.</summary>
internal sealed class BaileysProcess : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);
    private readonly Process _process;

    private BaileysProcess(Process process) => _process = process;

    public static string NodeModules { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "Interop.Tests", "node", "node_modules"));

    public static BaileysProcess Start()
    {
        if (!Directory.Exists(Path.Combine(NodeModules, "baileys")))
        {
            throw new InvalidOperationException("Baileys is not installed: run 'npm ci' in tests/Interop.Tests/node, or use tests/Benchmarks/compare.sh.");
        }

        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (ReadOnlySpan<string>)["--expose-gc", Path.Combine(Here(), "baileys.mjs"), NodeModules])
        {
            start.ArgumentList.Add(argument);
        }

        return new BaileysProcess(Process.Start(start) ?? throw new InvalidOperationException("Node did not start."));
    }

    /// <summary>Asks for an operation; the request's <c>op</c> names it.</summary>
    public async Task<JsonElement> AskAsync(object request)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, Names));
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Node has ended.");
        var answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("fault", out var fault) ? throw new InvalidOperationException(fault.GetString()) : answer;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

internal static class AnswerExtensions
{
    public static byte[] BytesOf(this JsonElement answer, string name) => answer.GetProperty(name).GetBytesFromBase64();

    public static Measure MeasureOf(this JsonElement answer, Row row) =>
        new(row, answer.GetProperty("count").GetInt32(), TimeSpan.FromMicroseconds(answer.GetProperty("ns").GetDouble() / 1000));
}
