using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Run;

namespace Sandbox.Tests.Run;

/// <summary>A whole sandbox on free ports, seen through its control API. Waits are for other processes and have a limit.</summary>
internal sealed class RunFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private RunFixture(SandboxRun run)
    {
        Run = run;
        Http = new HttpClient { BaseAddress = run.Page };
    }

    public SandboxRun Run { get; }

    public HttpClient Http { get; }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RunFixture> StartAsync(SandboxOptions options) =>
        new(await SandboxRun.StartAsync(options with { Port = 0, PagePort = 0 }, NullLoggerFactory.Instance, Ct));

    public async Task<JsonElement> StateAsync() => (await Http.GetFromJsonAsync<JsonElement>("/api/state", Ct))!;

    public Task<HttpResponseMessage> PostAsync(string path, object body) => Http.PostAsJsonAsync(path, body, Ct);

    /// <summary>What went wrong with a call, in the words of its problem details.</summary>
    public static async Task<(int Status, string Detail)> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        return ((int)answer.StatusCode, problem.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : problem.GetProperty("title").GetString() ?? "");
    }

    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(Patience);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds())
        {
            try
            {
                await look.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
            {
                throw new TimeoutException($"In {Patience.TotalSeconds:0} s it did not happen that {what}.");
            }
        }
    }

    public async Task PairAsync()
    {
        await UntilAsync("a QR is offered", async () => (await StateAsync()).GetProperty("bot").GetProperty("qrOffered").GetBoolean());
        using var scan = await PostAsync("/api/scan", new { });
        Assert.Equal(200, (int)scan.StatusCode);
        await ConnectedAsync();
    }

    public Task ConnectedAsync() => UntilAsync("the bot is connected", async () => (await StateAsync()).GetProperty("bot").GetProperty("connected").GetBoolean());

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Run.DisposeAsync();
    }
}
