using Provisioning.Panel;
using Shared.Alerts;

namespace Provisioning.Steps;

/// <summary>Tells the operators once when the panel begins to refuse the key. All panel work waits meanwhile; a new key lets it go on.</summary>
internal sealed class KeyWatch(IAlerts alerts, TimeProvider time) : IDisposable
{
    public const string AlertCode = "panel_key_rejected";

    private static readonly TimeSpan Reminder = TimeSpan.FromHours(6);
    private readonly SemaphoreSlim gate = new(1, 1);
    private DateTimeOffset? toldAt;

    public void Dispose() => gate.Dispose();

    public async Task RejectedAsync(PanelFaultException fault, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (toldAt is { } told && time.GetUtcNow() - told < Reminder)
            {
                return;
            }

            await alerts.RaiseAsync(
                new Alert(
                    AlertCode,
                    AlertSeverity.Critical,
                    $"The panel refuses our application key (call {fault.Call}, HTTP {fault.Status}, {fault.Code ?? "no code"}). All work on servers waits until the key, its rights or the owner's two-factor setting is put right.",
                    "panel"),
                ct);
            toldAt = time.GetUtcNow();
        }
        finally
        {
            gate.Release();
        }
    }
}
