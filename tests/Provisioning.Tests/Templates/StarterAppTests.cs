using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Shared.Templates;

namespace Provisioning.Tests.Templates;

/// <summary>The start command of each shipped template, run by a real shell and the real language, in an empty server folder.</summary>
public class StarterAppTests
{
    [Theory]
    [InlineData("nodejs", "node", "/usr/local/bin/node")]
    [InlineData("python", "python3", "/usr/local/bin/python")]
    public async Task An_empty_server_answers_on_its_port(string name, string language, string pathInImage)
    {
        var interpreter = Find(language);
        Assert.SkipWhen(interpreter is null && Environment.GetEnvironmentVariable("CI") is null, $"{language} is not installed; with it this test runs.");
        Assert.NotNull(interpreter);
        var template = TemplateFolder.Load(Path.Combine(AppContext.BaseDirectory, "templates")).Find(name)!;
        var folder = Directory.CreateTempSubdirectory("wabot-starter-").FullName;
        var port = FreePort();
        using var server = Start(Command(template, folder, pathInImage, interpreter), folder, port);
        try
        {
            Assert.Contains("It works", await FirstAnswerAsync(port, server), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the panel does to the text, and the image's places moved to this machine's.</summary>
    private static string Command(ServerTemplate template, string folder, string pathInImage, string interpreter)
    {
        var command = template.Environment.Aggregate(template.Startup, (text, variable) => text.Replace("{{" + variable.Key + "}}", variable.Value, StringComparison.Ordinal));
        return command.Replace("/home/container", folder, StringComparison.Ordinal).Replace(pathInImage + " ", interpreter + " ", StringComparison.Ordinal);
    }

    private static Process Start(string command, string folder, int port)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SERVER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new InvalidOperationException("bash could not be started.");
    }

    private static async Task<string> FirstAnswerAsync(int port, Process server)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var http = new HttpClient();
        while (true)
        {
            Assert.False(server.HasExited, "the starter app ended by itself");
            try
            {
                return await http.GetStringAsync(new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri, limit.Token);
            }
            catch (HttpRequestException)
            {
                await look.WaitForNextTickAsync(limit.Token); // not listening yet
            }
        }
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
