using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Benchmarks.Idle;

/// <summary>
/// The real bot process with one session at rest: how soon after its start it can receive, and what memory it holds. The bot is
/// linked to a sandbox, killed and started a few times, and then left alone.
/// </summary>
internal static class IdleHost
{
    private const int Starts = 5;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <param name="args">The sandbox to run, as published.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var page = FreePort();
        var data = Directory.CreateTempSubdirectory("idle-");
        var start = new ProcessStartInfo(args[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (ReadOnlySpan<string>)["--data", data.FullName, "--port", "0", "--page-port", page.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using var sandbox = Process.Start(start) ?? throw new InvalidOperationException("The sandbox did not start.");
        sandbox.OutputDataReceived += (_, _) => { };
        sandbox.ErrorDataReceived += (_, _) => { };
        sandbox.BeginOutputReadLine();
        sandbox.BeginErrorReadLine();
        try
        {
            using var control = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{page}") };
            await UntilAsync(control, bot => bot.GetProperty("qrOffered").GetBoolean());
            await control.PostAsJsonAsync("/api/scan", new { });
            await UntilAsync(control, bot => IsTrue(bot, "connected"));
            var ready = new List<double>();
            for (var n = 0; n < Starts; n++)
            {
                await control.PostAsJsonAsync("/api/bot/kill", new { restart = false });
                await UntilAsync(control, bot => !bot.GetProperty("running").GetBoolean() && !IsTrue(bot, "connected"));
                var begin = Stopwatch.GetTimestamp();
                await control.PostAsJsonAsync("/api/bot/start", new { });
                await UntilAsync(control, bot => IsTrue(bot, "connected"));
                ready.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }

            await Task.Delay(Rest, TimeProvider.System); // what is measured is a process that has been left alone
            var memory = MemoryOf(ChildOf(sandbox.Id));
            ready.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"idle host: ready {ready[Starts / 2]:0.00} s (median of {Starts}, {ready[0]:0.00} to {ready[^1]:0.00}), RSS {memory["Rss"]:0} MB, anonymous {memory["Anonymous"]:0} MB, PSS {memory["Pss"]:0} MB. Load {Comparison.MachineDescription.Load()}."));
            return 0;
        }
        finally
        {
            sandbox.Kill(entireProcessTree: true);
            await sandbox.WaitForExitAsync();
            data.Delete(recursive: true);
        }
    }

    private static bool IsTrue(JsonElement bot, string name) => bot.GetProperty(name).ValueKind == JsonValueKind.True;

    private static async Task UntilAsync(HttpClient control, Func<JsonElement, bool> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                var state = await control.GetFromJsonAsync<JsonElement>("/api/state", limit.Token);
                if (holds(state.GetProperty("bot")))
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!limit.IsCancellationRequested)
            {
                // the page is not up yet
            }

            await Task.Delay(Look, TimeProvider.System, limit.Token);
        }
    }

    private static int ChildOf(int parent) => Process.GetProcesses().Select(process => process.Id).First(id => ParentOf(id) == parent);

    private static int ParentOf(int id)
    {
        var file = $"/proc/{id}/status";
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.StartsWith("PPid:", StringComparison.Ordinal)) is { } line
            ? int.Parse(line.AsSpan(5).Trim(), CultureInfo.InvariantCulture)
            : 0;
    }

    /// <summary>In MB, from the kernel's own sums.</summary>
    private static Dictionary<string, double> MemoryOf(int id) => File.ReadLines($"/proc/{id}/smaps_rollup").Skip(1)
        .Select(line => line.Split((char[])[':', ' '], StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture) / 1024);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
