using Hangfire;
using Hangfire.Common;
using WaBot.Hosting;

namespace WaBot.Jobs;

/// <summary>Runs Hangfire's workers while the host runs, and lets steps in hand end when it stops.</summary>
internal sealed class JobServer(JobStorage storage, IServiceProvider services) : IHostedService, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private BackgroundJobServer? server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = new ContainerActivator(services),
                FilterProvider = new JobFilterCollection(), // no automatic retries: whether a step is tried again is the claim's decision
                SchedulePollingInterval = Poll,
                StopTimeout = Patience,
                ShutdownTimeout = Patience,
                WorkerCount = 5,
            },
            storage);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is { } running)
        {
            running.SendStop();
            await running.WaitForShutdownAsync(cancellationToken);
        }
    }

    public void Dispose() => server?.Dispose();

    private sealed class ContainerActivator(IServiceProvider services) : JobActivator
    {
        public override object ActivateJob(Type jobType) => services.GetRequiredService(jobType);
    }
}
