using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Provisioning.Accounts;
using Sandbox.Panel;
using Shared;
using Shared.Alerts;
using Shared.Claims;
using Shared.FailPoints;
using Shared.Grace;
using Shared.Jobs;
using Shared.Members;
using Shared.Membership;
using Shared.Notices;
using Shared.Options;
using Shared.Outbox;
using Shared.Persistence;
using Shared.Secrets;
using Shared.Templates;
using SystemRandomSource = WhatsApp.SystemRandomSource;

namespace Provisioning.Tests.Support;

/// <summary>The real steps on a real database file, against the simulated panel over loopback HTTP, under one clock that the test moves.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public const string Group = "120363000000000001@g.us";
    private readonly DirectoryInfo folder;
    private readonly ILoggerFactory loggers;
    private readonly Action<IServiceCollection>? replace;
    private ServiceProvider services = null!;

    private Bench(ILoggerFactory? loggers, Action<IServiceCollection>? replace, DirectoryInfo? folder)
    {
        (this.loggers, this.replace, this.folder) = (loggers ?? NullLoggerFactory.Instance, replace, folder ?? Directory.CreateTempSubdirectory("provisioning-"));
        Membership = new ScriptedMembership(Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public SimulatedPanel Panel { get; private set; } = null!;

    public ScriptedFailPoints FailPoints { get; } = new();

    public RecordingAlerts Alerts { get; } = new();

    public ScriptedMembership Membership { get; }

    public ClaimsOptions Claims { get; private init; } = new();

    public TimeSpan RequestTimeout { get; private init; } = TimeSpan.FromSeconds(20);

    public IClaimService ClaimService => Get<IClaimService>();

    public string Folder => folder.FullName;

    public static async Task<Bench> StartAsync(SimulatedPanelOptions? panel = null, ClaimsOptions? claims = null, TimeSpan? requestTimeout = null, ILoggerFactory? loggers = null,
        Action<Bench, IServiceCollection>? replace = null, DirectoryInfo? folder = null)
    {
        Bench bench = null!;
        bench = new Bench(loggers, replace is null ? null : services => replace(bench, services), folder) { Claims = claims ?? new ClaimsOptions(), RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(20) };
        bench.Panel = await SimulatedPanel.StartAsync(panel ?? new SimulatedPanelOptions(), bench.Time, new SystemRandomSource(), bench.loggers);
        bench.services = bench.Build();
        await bench.Get<IDomainDatabase>().OpenAsync(CancellationToken.None);
        return bench;
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>What a new process sees: the same files, nothing remembered.</summary>
    public async Task RestartAsync()
    {
        await services.DisposeAsync();
        services = Build();
    }

    /// <summary>The table is gone; the keys and the panel are not.</summary>
    public async Task LoseDatabaseAsync()
    {
        await services.DisposeAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection(DatabaseFile.ConnectionString(Path.Combine(folder.FullName, "wabot.db"))))
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearPool(connection);
        }

        foreach (var file in folder.GetFiles("wabot.db*"))
        {
            file.Delete();
        }

        services = Build();
        await Get<IDomainDatabase>().OpenAsync(CancellationToken.None);
    }

    public async Task<Claim> ClaimAsync(string username = "sari", string phone = "6280001000001", string template = "nodejs")
    {
        var jid = phone + "@s.whatsapp.net";
        var member = await Get<IMemberDirectory>().ResolveAsync(new MemberIdentity(jid, jid), jid, CancellationToken.None);
        var submitted = await ClaimService.SubmitAsync(new NewClaim(member.Id, template, username), CancellationToken.None);
        Assert.Equal(SubmitOutcome.Accepted, submitted.Outcome);
        return submitted.Claim!;
    }

    public Task<NextStep> StepAsync(ClaimJob job, Guid claimId) =>
        Get<IEnumerable<IClaimWorker>>().Single(worker => worker.Job == job).RunStepAsync(claimId, CancellationToken.None);

    /// <summary>Runs the job as the host would, moving the clock instead of waiting, until it has nothing more to do.</summary>
    public async Task<Claim> RunAsync(ClaimJob job, Guid claimId, int mostSteps = 400)
    {
        for (var step = 0; step < mostSteps; step++)
        {
            if (await StepAsync(job, claimId) is not NextStep.After next)
            {
                return await FindAsync(claimId);
            }

            Time.Advance(next.Delay);
        }

        throw new InvalidOperationException($"{await FindAsync(claimId)} did not come to an end in {mostSteps} steps.");
    }

    public async Task<Claim> CreateAsync(string username = "sari", string phone = "6280001000001", string template = "nodejs") =>
        await RunAsync(ClaimJob.Create, (await ClaimAsync(username, phone, template)).Id);

    public async Task<Claim> FindAsync(Guid claimId) => (await ClaimService.FindAsync(claimId, CancellationToken.None))!;

    /// <summary>The member leaves the group, as a live event of the session.</summary>
    public async Task LeaveAsync(Claim claim)
    {
        var identity = new MemberIdentity(claim.WaJid, claim.WaJid);
        await ApplyEventAsync([identity], []);
        await ApplyEventAsync([], [identity]);
        Membership.Answer = Presence.Absent;
    }

    /// <summary>One live event of the session.</summary>
    public async Task ApplyEventAsync(MemberIdentity[] joined, MemberIdentity[] left)
    {
        var inbox = Get<Shared.Inbox.IInbox>();
        position++;
        await inbox.StoreAsync(new Shared.Inbox.InboundItem(position, Shared.Inbox.InboundKind.MembersChanged, Group, null, Time.GetUtcNow(), $"{{\"n\":{position}}}"), CancellationToken.None);
        var row = (await inbox.LoadOpenAsync(100, CancellationToken.None)).Single(item => item.Item.Position == position);
        await Get<IRosterBook>().ApplyEventsAsync(row.Id, Group, joined, left, CancellationToken.None);
    }

    /// <summary>Lets so much time pass with the session logged in.</summary>
    public async Task ObserveAsync(TimeSpan length)
    {
        var grace = Get<IGraceKeeper>();
        await grace.ObserveAsync(true, CancellationToken.None);
        for (var passed = TimeSpan.Zero; passed < length; passed += TimeSpan.FromSeconds(60))
        {
            Time.Advance(TimeSpan.FromSeconds(60));
            await grace.ObserveAsync(true, CancellationToken.None);
        }
    }

    /// <summary>What the member would be told now, oldest first; each message leaves the queue.</summary>
    public async Task<IReadOnlyList<string>> ReadMessagesAsync()
    {
        var outbox = Get<IOutbox>();
        var texts = new List<string>();
        while (await outbox.LoadDueAsync(100, CancellationToken.None) is { Count: > 0 } due)
        {
            foreach (var message in due)
            {
                texts.Add(message.Text);
                await outbox.MarkSentAsync(message.MessageId, Time.GetUtcNow(), CancellationToken.None);
            }
        }

        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Panel.DisposeAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection(DatabaseFile.ConnectionString(Path.Combine(folder.FullName, "wabot.db"))))
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearPool(connection); // only ours: other benches are at work
        }

        folder.Delete(recursive: true);
    }

    private long position;

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(loggers);
        collection.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        collection.AddSingleton<TimeProvider>(Time);
        collection.AddSingleton<IFailPoints>(FailPoints);
        collection.AddSingleton<IAlerts>(Alerts);
        collection.AddSingleton<IMembership>(Membership);
        collection.AddSingleton<INoticeWriter, PlainNotices>();
        collection.AddSingleton<IMessageIds, RandomMessageIds>();
        collection.AddSingleton<ISecretProtector, TestProtector>();
        collection.AddSingleton(new GroupOptions { TargetIds = [Group] });
        collection.AddSingleton(Claims);
        collection.AddSingleton(PanelOptions());
        collection.AddSingleton(TemplateFolder.Load(TemplatePath));
        collection.AddSingleton(EmailKey.LoadOrCreate(Path.Combine(folder.FullName, "email.key"), new Shared.Chance.SystemRandomBytes()));
        collection.AddSharedDomain(Path.Combine(folder.FullName, "wabot.db"));
        collection.AddProvisioning();
        replace?.Invoke(collection);
        return collection.BuildServiceProvider();
    }

    public PanelOptions PanelOptions() => new()
    {
        BaseAddress = Panel.BaseAddress,
        ApiKey = Panel.ApiKey,
        LocationId = 1,
        RequestTimeout = RequestTimeout,
    };

    public static string TemplatePath { get; } = FindTemplates();

    private static string FindTemplates()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "WaBot.slnx")))
        {
            at = at.Parent ?? throw new DirectoryNotFoundException("The repository's root is not above the tests.");
        }

        return Path.Combine(at.FullName, "templates");
    }

    private sealed class PlainNotices : INoticeWriter
    {
        public string Write(Notice notice, Language language) => notice is Notice.ServerReady ready
            ? JsonSerializer.Serialize(new Handover(ready.Username, ready.Password))
            : notice.GetType().Name;
    }

    private sealed class RandomMessageIds : IMessageIds
    {
        public string New() => "3EB0" + Guid.NewGuid().ToString("N")[..18].ToUpperInvariant();
    }
}

internal sealed record Handover(string Username, string Password)
{
    public static IReadOnlyList<Handover> In(IEnumerable<string> messages) =>
        [.. messages.Where(text => text.StartsWith('{')).Select(text => JsonSerializer.Deserialize<Handover>(text)!)];
}
