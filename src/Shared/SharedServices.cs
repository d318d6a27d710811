using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Shared.Alerts;
using Shared.Chance;
using Shared.Claims;
using Shared.Conversations;
using Shared.FailPoints;
using Shared.Grace;
using Shared.Inbox;
using Shared.Members;
using Shared.Membership;
using Shared.Notices;
using Shared.Options;
using Shared.Outbox;
using Shared.Persistence;
using Shared.Ports;
using Shared.Webhook;

namespace Shared;

public static class SharedServices
{
    /// <summary>
    /// The domain on one SQLite file. Call <see cref="IDomainDatabase.OpenAsync"/> before anything else. The caller registers
    /// <see cref="INoticeWriter"/>, <see cref="IMessageIds"/>, <see cref="Secrets.ISecretProtector"/> and the options of Group, Claims and Panel.
    /// </summary>
    public static IServiceCollection AddSharedDomain(this IServiceCollection services, string databaseFile)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFailPoints, NoFailPoints>();
        services.TryAddSingleton<IRandomBytes, SystemRandomBytes>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<GroupOptions>>().Value);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<ClaimsOptions>>().Value);
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<PanelOptions>>().Value);

        services.AddPooledDbContextFactory<WaBotDatabase>(options => DatabaseFile.Configure(options, databaseFile));
        services.AddSingleton<IDomainDatabase>(provider => new DomainDatabase(provider.GetRequiredService<IDbContextFactory<WaBotDatabase>>(), databaseFile));
        services.AddSingleton<Ledger>();
        services.AddSingleton<NoticeDesk>();
        services.AddSingleton<ClaimChanges>();
        services.AddSingleton<MemberBook>();

        services.AddSingleton<IClaimService, ClaimService>();
        services.AddSingleton<IMemberDirectory, MemberDirectory>();
        services.AddSingleton<IRosterBook, RosterBook>();
        services.AddSingleton<IGraceKeeper, GraceKeeper>();
        services.AddSingleton<IDeletionBreaker, DeletionBreaker>();
        services.AddSingleton<IInbox, InboxStore>();
        services.AddSingleton<IOutbox, OutboxStore>();
        services.AddSingleton<ITurns, Turns>();
        services.AddSingleton<IAlertOutbox, AlertOutbox>();
        services.AddSingleton<IPortQuarantine, PortQuarantine>();
        services.AddSingleton<Reconcile.IReconcileReports, Reconcile.ReconcileReports>();
        services.AddSingleton<Operators.IApiTokens, Operators.ApiTokens>();
        services.AddSingleton<Operators.IOperatorDesk, Operators.OperatorDesk>();
        services.AddSingleton<IWebhookNonces, WebhookNonces>();
        return services;
    }
}
