using Hangfire;
using Hangfire.Common;
using WaBot.Hosting;

namespace WaBot.Jobs;

/// <summary>How long a step in hand may go on when the host stops; then it is cut off and begun again after the next start.</summary>
internal sealed record JobPatience(TimeSpan Stop);

/// <summary>Runs Hangfire's workers while the host runs, and lets steps in hand end when it stops.</summary>
internal sealed class JobServer(JobStorage storage, JobPatience patience, IServiceProvider services) : IHostedService, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    /// <summary>For a step that was cut off to give its job back.</summary>
    private static readonly TimeSpan AfterCut = TimeSpan.FromSeconds(3);

    private BackgroundJobServer? server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        server = new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Activator = new ContainerActivator(services),
                FilterProvider = new JobFilterCollection(), // no automatic retries: whether a step is tried again is the claim's decision
                SchedulePollingInterval = Poll,
                StopTimeout = patience.Stop,
                ShutdownTimeout = patience.Stop + AfterCut,
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
