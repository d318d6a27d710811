using Provisioning.Templates;
using WaBot.Options;

namespace WaBot.Hosting;

/// <summary>Holds the templates against the panel's eggs before anybody can choose one. A panel that does not answer does not keep the host down.</summary>
internal sealed partial class TemplateStart(IPanelTemplateCheck check, TimeProvider time, ILogger<TemplateStart> logger) : IHostedService
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <exception cref="ConfigurationFaultException">A template does not fit the panel.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        IReadOnlyList<string>? faults = null;
        try
        {
            faults = await check.FindFaultsAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // as good as no answer
        }
        if (faults is null)
        {
            Log.NotChecked(logger);
        }
        else if (faults.Count > 0)
        {
            throw new ConfigurationFaultException([.. faults.Select(f => $"Template {f}.")]);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(3002, LogLevel.Warning, "The panel did not answer, so the templates could not be held against its eggs")]
        public static partial void NotChecked(ILogger logger);
    }
}
