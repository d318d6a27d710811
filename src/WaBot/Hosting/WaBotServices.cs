using Hangfire;
using Hangfire.Common;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Provisioning;
using Provisioning.Accounts;
using Shared;
using Shared.Alerts;
using Shared.Chance;
using Shared.FailPoints;
using Shared.Jobs;
using Shared.Membership;
using Shared.Notices;
using Shared.Outbox;
using WaBot.Alerts;
using WaBot.Grace;
using WaBot.Inbox;
using WaBot.Jobs;
using WaBot.Membership;
using WaBot.Options;
using WaBot.Outbox;
using WaBot.Reconcile;
using WaBot.Security;
using WaBot.Session;
using WaBot.Texts;
using WaBot.Web;
using WhatsApp;

namespace WaBot.Hosting;

internal static class WaBotServices
{
    private const int WebhookConnectionLife = 2;

    /// <summary>The whole product from its configuration.</summary>
    /// <exception cref="ConfigurationFaultException">Names every fault at once.</exception>
    public static IServiceCollection AddWaBot(this IServiceCollection services, IConfiguration configuration) =>
        services.AddWaBot(WaBotOptions.Read(configuration));

    public static IServiceCollection AddWaBot(this IServiceCollection services, WaBotOptions options)
    {
        AddOptions(services, options);
        AddReplaceable(services);
        AddSecurity(services, options);
        services.AddSharedDomain(options.DataFile("wabot.db"));
        services.AddProvisioning();
        services.AddSingleton<INoticeWriter, NoticeWriter>();
        services.AddHostedService<DatabaseStart>(); // first: it opens what all others read
        services.AddHostedService<TemplateStart>();
        AddAlerts(services, options);
        AddJobs(services);
        AddMembership(services);
        AddOutbox(services);
        AddInbox(services);
        AddSession(services);
        services.AddWaBotWeb(options);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        return services;
    }

    private static void AddOptions(IServiceCollection services, WaBotOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Group);
        services.AddSingleton(options.Panel);
        services.AddSingleton(options.Claims);
        services.AddSingleton(options.Session);
        services.AddSingleton(options.Web);
        services.AddSingleton(options.Webhook);
        services.AddSingleton(options.Alerts);
        services.AddSingleton(options.Templates);
        services.AddSingleton<TargetGroups>();
        services.AddSingleton<Bells>();
    }

    /// <summary>What tests and the sandbox put others in the place of.</summary>
    private static void AddReplaceable(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFailPoints, NoFailPoints>();
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.TryAddSingleton<IRandomBytes, SystemRandomBytes>();
        services.TryAddSingleton(new JobPatience(TimeSpan.FromSeconds(20)));
        services.TryAddSingleton(SessionSetup.ClientOptions);
        services.TryAddSingleton(SessionSetup.Open);
    }

    private static void AddSecurity(IServiceCollection services, WaBotOptions options)
    {
        services.AddKeyRing(options.DataFile("keys"));
        services.AddSingleton<RingProtector>();
        services.AddSingleton<Shared.Secrets.ISecretProtector>(s => s.GetRequiredService<RingProtector>());
        services.AddSingleton(s => EmailKey.LoadOrCreate(options.DataFile("email.key"), s.GetRequiredService<IRandomBytes>()));
    }

    private static void AddAlerts(IServiceCollection services, WaBotOptions options)
    {
        services.AddSingleton<IAlerts, AlertDesk>();
        services.AddSingleton<AlertWebhook>();
        services.AddHostedService<AlertSender>();
        var client = services.AddHttpClient(AlertWebhook.ClientName, client => client.Timeout = options.Alerts.Timeout);
        client.RemoveAllLoggers(); // the address is a secret
        client.UseSocketsHttpHandler((handler, _) =>
        {
            handler.AllowAutoRedirect = false;
            handler.UseCookies = false;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(WebhookConnectionLife);
        });
    }

    private static void AddJobs(IServiceCollection services)
    {
        services.AddSingleton(s => JobStores.Open(s.GetRequiredService<WaBotOptions>(), s.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(JobStores))));
        services.AddSingleton<IBackgroundJobClient>(s => new BackgroundJobClient(s.GetRequiredService<JobStorage>(), new JobFilterCollection()));
        services.AddSingleton<HangfireJobs>();
        services.AddSingleton<IBackgroundJobs>(s => s.GetRequiredService<HangfireJobs>());
        services.AddSingleton<ClaimJobRunner>();
        services.AddHostedService<JobServer>();
        services.AddHostedService<WorkScan>();
    }

    private static void AddMembership(IServiceCollection services)
    {
        services.AddSingleton<LiveRosters>();
        services.AddSingleton<IMembership, LiveMembership>();
        services.AddSingleton<GroupChangeHandler>();
        services.AddHostedService<RosterKeeper>();
        services.AddHostedService<GraceClock>();
        services.AddHostedService<ReconcileClock>();
    }

    private static void AddOutbox(IServiceCollection services)
    {
        services.AddSingleton<IMessageIds, SessionMessageIds>();
        services.AddSingleton<MessageSend>();
        services.AddHostedService<ReplySender>();
        services.AddHostedService<SecretSweep>();
    }

    private static void AddInbox(IServiceCollection services)
    {
        services.AddSingleton<MessageTurns>();
        services.AddSingleton<EventHandlers>();
        services.AddHostedService<InboxDispatcher>();
        services.AddHostedService<EventPump>();
    }

    private static void AddSession(IServiceCollection services)
    {
        services.AddSingleton<SessionControl>();
        services.AddSingleton<FlightFiles>();
        services.AddHostedService<SessionWatcher>();
        services.AddHostedService<SessionRunner>();
    }
}
