using System.Runtime.InteropServices;

namespace Sandbox.Run;

/// <summary>Ctrl+C and the polite end signals.</summary>
internal static class PosixSignals
{
    public static IDisposable OnStop(Action stop) => new Registrations(
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop();
        }))]);

    private sealed class Registrations(IReadOnlyList<IDisposable> items) : IDisposable
    {
        public void Dispose()
        {
            foreach (var item in items)
            {
                item.Dispose();
            }
        }
    }
}
