using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Provisioning.Templates;
using Shared.Jobs;
using WhatsApp;

namespace WaBot.Tests.Support;

/// <summary>The real host in this process with real SQLite files; only the session, the panel's workers and the clock are ours.</summary>
internal sealed class HostUnderTest : IAsyncDisposable
{
    public const string SetupCode = "TEST-CODE-0123456789";
    public const string ApiKey = "ptla_synthetic-key-for-tests-only-000";
    public static readonly Jid Group = Jid.Parse("120363000000000001@g.us");
    public static readonly Jid OwnPhone = Jid.Parse("628000000000@s.whatsapp.net");

    private readonly Action<IServiceCollection>? more;
    private WebApplication? app;

    public HostUnderTest(string? folder = null, Action<IServiceCollection>? more = null, params string[] arguments)
    {
        this.more = more;
        Folder = folder ?? Directory.CreateTempSubdirectory("wabot-test-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "templates"));
        File.WriteAllText(Path.Combine(Folder, "templates", "nodejs.json"), Template);
        Arguments = [.. DefaultArguments(Folder), .. arguments];
    }

    public string Folder { get; }

    public string[] Arguments { get; }

    public FakeWhatsApp WhatsApp { get; init; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero));

    public RecordingWorker Creator { get; init; } = new(ClaimJob.Create);

    public RecordingWorker Deleter { get; init; } = new(ClaimJob.Delete);

    public IServiceProvider Services => (app ?? throw new InvalidOperationException("Not started.")).Services;

    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static string[] DefaultArguments(string folder) =>
    [
        "--EnvFile", "none",
        "--Group:TargetIds", Group.ToString(),
        "--Panel:BaseAddress", "http://127.0.0.1:9",
        "--Panel:ApiKey", ApiKey,
        "--Panel:LocationId", "1",
        "--Database:Folder", Path.Combine(folder, "data"),
        "--WhatsApp:Folder", Path.Combine(folder, "auth_state"),
        "--Templates:Folder", Path.Combine(folder, "templates"),
        "--WhatsApp:ChatInterval", "00:00:00",
        "--WhatsApp:MessagesPerMinute", "600",
        "--Web:Listen", "http://127.0.0.1:0",
        "--Web:SetupCode", SetupCode,
        "--Web:WrongCodeDelay", "00:00:00",
    ];

    public string? StateOfJob(string jobId)
    {
        using var connection = Get<Hangfire.JobStorage>().GetConnection();
        return connection.GetStateData(jobId)?.Name;
    }

    public async Task<HostUnderTest> StartAsync()
    {
        app = WaBotHost.Build(Arguments, services =>
        {
            services.AddSingleton<IWhatsAppClient>(WhatsApp);
            services.AddSingleton<TimeProvider>(Time);
            services.RemoveAll<IClaimWorker>();
            services.AddSingleton<IClaimWorker>(Creator);
            services.AddSingleton<IClaimWorker>(Deleter);
            services.AddSingleton<IPanelTemplateCheck>(new FittingTemplates());
            more?.Invoke(services);
        });
        await app.StartAsync();
        return this;
    }

    public void LogIn() => WhatsApp.Status = new SessionStatus(SessionPhase.LoggedIn) { OwnPhone = OwnPhone, OfflineQueueDrained = true };

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    /// <summary>Waits for something another thread does, at most thirty seconds.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(15), limit.Token); // the others are threads of the host; there is nothing to await
        }
    }

    public static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    public async Task StopAsync()
    {
        if (app is { } running)
        {
            app = null;
            await running.StopAsync();
            await running.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Template => JsonSerializer.Serialize(new
    {
        name = "nodejs",
        version = "1",
        enabled = true,
        title = new { id = "Node.js", en = "Node.js" },
        nestId = 5,
        eggId = 15,
        eggName = "node.js generic",
        image = "ghcr.io/parkervcp/yolks:nodejs_22",
        startup = "node index.js",
        environment = new Dictionary<string, string> { ["MAIN_FILE"] = "index.js" },
        limits = new { memoryMiB = (int?)null, diskMiB = (int?)null, cpuPercent = (int?)null, swapMiB = 0, ioWeight = 500 },
        featureLimits = new { databases = 0, backups = 0, allocations = 0 },
        health = new { port = "SERVER_PORT", protocol = "tcp" },
    });

    private sealed class FittingTemplates : IPanelTemplateCheck
    {
        public Task<IReadOnlyList<string>?> FindFaultsAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<string>?>([]);
    }
}

/// <summary>Notes the claims it is run for; what a step does is the test's choice.</summary>
internal sealed class RecordingWorker(ClaimJob job) : IClaimWorker
{
    public ClaimJob Job => job;

    public System.Collections.Concurrent.ConcurrentQueue<Guid> Runs { get; } = new();

    public Func<Guid, CancellationToken, Task<NextStep>> Step { get; set; } = (_, _) => Task.FromResult(NextStep.Done);

    public Task<NextStep> RunStepAsync(Guid claimId, CancellationToken ct)
    {
        Runs.Enqueue(claimId);
        return Step(claimId, ct);
    }
}
