using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using Provisioning.Creation;
using Provisioning.Deletion;
using Provisioning.Health;
using Provisioning.Panel;
using Provisioning.Reconcile;
using Provisioning.Servers;
using Provisioning.Steps;
using Provisioning.Templates;
using Shared.Chance;
using Shared.Jobs;
using Shared.Options;
using Shared.Reconcile;

namespace Provisioning;

public static class ProvisioningServiceCollectionExtensions
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Adds the two <see cref="IClaimWorker"/>s and <see cref="IPanelTemplateCheck"/>. The caller brings <see cref="PanelOptions"/>, <see cref="ClaimsOptions"/>,
    /// <c>TemplateSet</c>, <c>EmailKey</c>, <c>IClaimService</c>, <c>IMembership</c>, <c>IAlerts</c>, <c>IFailPoints</c>, <see cref="TimeProvider"/> and logging.
    /// </summary>
    public static IServiceCollection AddProvisioning(this IServiceCollection services)
    {
        services.TryAddSingleton<IRandomBytes, SystemRandomBytes>();
        AddPanel(services);
        AddHealth(services);
        services.AddSingleton<RetryTimes>();
        services.AddSingleton<KeyWatch>();
        services.AddSingleton<PanelTrouble>();
        services.AddSingleton<NodeList>();
        services.AddSingleton<Placements>();
        services.AddSingleton<InstallPolls>();
        services.AddSingleton<AccountStep>();
        services.AddSingleton<ServerStep>();
        services.AddSingleton<InstallationStep>();
        services.AddSingleton<FinalCheckStep>();
        services.AddSingleton<BeginStep>();
        services.AddSingleton<TakeDownSteps>();
        services.AddSingleton<IClaimWorker, CreateClaimWorker>();
        services.AddSingleton<IClaimWorker, DeleteClaimWorker>();
        services.AddSingleton<IPanelTemplateCheck, PanelTemplateCheck>();
        services.AddSingleton<IReconciliation, Reconciliation>();
        services.AddSingleton<IServerLimits, ServerLimits>();
        return services;
    }

    private static void AddPanel(IServiceCollection services)
    {
        services.TryAddSingleton(new NetworkClock(TimeProvider.System));
        services.AddSingleton<PanelBudget>();
        services.AddSingleton<PanelTransport>();
        services.AddSingleton<PanelClient>();
        var client = services.AddHttpClient(PanelTransport.ClientName, static (provider, client) =>
        {
            var options = provider.GetRequiredService<PanelOptions>();
            client.BaseAddress = new Uri((options.BaseAddress ?? throw new InvalidOperationException("Panel:BaseAddress is not set.")).ToString().TrimEnd('/') + "/");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
            client.Timeout = (options.RequestTimeout * 2) + ReadingTimeout; // a backstop for bodies; attempts have their own limit
        });
        client.RemoveAllLoggers(); // addresses hold members' external ids
        client.UseSocketsHttpHandler(static (handler, _) =>
        {
            handler.AllowAutoRedirect = false; // a redirect is how the panel refuses; followed, it looks like success
            handler.UseCookies = false;
            handler.ConnectTimeout = ConnectTimeout;
            handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2); // the panel's name may move
        });
        client.AddResilienceHandler("panel", static (pipeline, context) =>
        {
            var options = context.ServiceProvider.GetRequiredService<PanelOptions>();
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<NetworkClock>().Time;
            pipeline
                .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
                {
                    // Only reading calls, and only when there was no answer: answers are counted by the steps.
                    ShouldHandle = static arguments => ValueTask.FromResult(
                        arguments.Outcome.Exception is HttpRequestException or IOException
                        && arguments.Context.GetRequestMessage()?.Method == HttpMethod.Get),
                    MaxRetryAttempts = 1,
                    Delay = RetryPause,
                    UseJitter = true,
                })
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is HttpRequestException or IOException or TimeoutRejectedException),
                    FailureRatio = 0.8,
                    MinimumThroughput = 5,
                    SamplingDuration = TimeSpan.FromSeconds(60),
                    BreakDuration = PanelCircuit.BreakDuration,
                })
                .AddTimeout(new TimeoutStrategyOptions
                {
                    TimeoutGenerator = arguments => ValueTask.FromResult(
                        arguments.Context.GetRequestMessage()?.Method == HttpMethod.Get && options.RequestTimeout > ReadingTimeout ? ReadingTimeout : options.RequestTimeout),
                });
        });
    }

    private static void AddHealth(IServiceCollection services)
    {
        services.AddSingleton<IPortProbe, PortProbe>();
        services.AddSingleton<HealthCheck>();
        var client = services.AddHttpClient(PortProbe.ClientName, static client => client.Timeout = PortProbe.Limit);
        client.RemoveAllLoggers();
        client.UseSocketsHttpHandler(static (handler, _) =>
        {
            handler.AllowAutoRedirect = false; // a member's application does not choose whom we talk to
            handler.UseCookies = false;
            handler.UseProxy = false;
            handler.PooledConnectionLifetime = TimeSpan.Zero;
        });
    }
}
