using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Service;
using Sandbox.Tests.Service;
using WhatsApp;
using WhatsApp.Wire;

namespace Sandbox.Tests.Network;

/// <summary>One client through all the states of a bad line, by name and over TLS: with a scripted resolver everywhere, and where the system allows it in a network of its own with the system's resolver.</summary>
public class LineTests
{
    private const string Marker = "WABOT_TEST_NAMESPACE";
    private const int NoRights = 90;

    [Fact]
    public async Task With_a_scripted_resolver_each_fault_of_the_line_is_told_and_left_behind() => await PlayAsync(new ScriptedLine());

    [Fact]
    public async Task In_a_network_of_its_own_each_fault_of_the_line_is_told_and_left_behind()
    {
        if (Environment.GetEnvironmentVariable(Marker) is { Length: > 0 })
        {
            await PlayAsync(new NamespaceLine());
        }
        else if (await InNamespaceAsync() is { } output)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(output);
        }
        else
        {
            await PlayAsync(new ScriptedLine()); // no rights to a namespace here
        }
    }

    private static async Task PlayAsync(TestLine line)
    {
        await using var _ = line;
        var folder = Directory.CreateTempSubdirectory("wabot-line-");
        var now = TimeProvider.System.GetUtcNow();
        await using var world = await SimulatedWorld.OpenAsync(
            new SimulatedWorldOptions { DataFolder = Path.Combine(folder.FullName, "world"), Certify = authority => authority.Issue(now.AddDays(-1), now.AddDays(1), TestLine.Host) },
            NullLoggerFactory.Instance,
            TestWorld.Ct);
        await world.StartServiceAsync(TestWorld.Ct);
        await using var client = await WhatsAppClient.OpenAsync(
            new WhatsAppClientOptions
            {
                StorageFolder = Path.Combine(folder.FullName, "session"),
                Endpoint = new UriBuilder(world.SecureEndpoint) { Host = TestLine.Host }.Uri,
                Protector = new LoopbackClient.Unprotected(),
                TrustRoot = new NoiseTrustRoot(world.TrustRoot),
                Authorities = [world.Authority],
                SystemLookup = line.Lookup,
                FallbackDns = [],
                Reconnect = new ReconnectOptions { Waits = [TimeSpan.FromMilliseconds(100)] },
            },
            NullLoggerFactory.Instance,
            TestWorld.Ct);
        using var stop = new CancellationTokenSource();

        // The first connects of all, before any address is known to be good.
        line.Names = NameService.Fails;
        var running = client.RunAsync(stop.Token);
        await ToldAsync(client, SessionFaultReason.NameNotResolved);
        line.Names = NameService.Lies;
        await ToldAsync(client, SessionFaultReason.ConnectionRefused);
        line.Names = NameService.Hangs;
        await ToldAsync(client, SessionFaultReason.NameNotResolved);
        line.Names = NameService.KnowsIpv6Only;
        await ToldAsync(client, SessionFaultReason.ConnectionRefused, SessionFaultReason.Unreachable);
        line.Names = NameService.Good;
        await UntilAsync(client, status => status.PairingQr is not null);

        // The line goes, and comes back.
        await line.CutAsync();
        await world.StopServiceAsync();
        await ToldAsync(client, SessionFaultReason.NameNotResolved);
        await line.RestoreAsync();
        await world.StartServiceAsync(TestWorld.Ct);
        await UntilAsync(client, status => status.PairingQr is not null);

        // Nobody knows the name any more, but the address was good.
        line.Names = NameService.Fails;
        await world.StopServiceAsync();
        await ToldAsync(client, SessionFaultReason.NameNotResolved);
        await world.StartServiceAsync(TestWorld.Ct);
        await UntilAsync(client, status => status.PairingQr is not null);

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        folder.Delete(recursive: true);
    }

    private static Task ToldAsync(WhatsAppClient client, params SessionFaultReason[] reasons) =>
        UntilAsync(client, status => status is { Phase: SessionPhase.WaitingToReconnect, LastFault: { } fault, NextAttempt: not null } && reasons.Contains(fault.Reason));

    private static async Task UntilAsync(WhatsAppClient client, Func<SessionStatus, bool> fits)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestWorld.Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var status = client.Status;
        while (!fits(status))
        {
            try
            {
                status = await client.WaitForStatusChangeAsync(status, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Still {status}: {status.LastFault?.Text}");
            }
        }
    }

    /// <summary>This test alone, once more, where only the loopback interface is; null where the system does not allow that.</summary>
    private static async Task<string?> InNamespaceAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/unshare"))
        {
            return null;
        }

        var resolver = Path.GetTempFileName();
        await File.WriteAllTextAsync(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", TestWorld.Ct);
        var start = new ProcessStartInfo("/usr/bin/unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Marker] = "1";
        string[] words =
        [
            "--map-root-user", "--net", "--mount", "sh", "-c",
            $"ip link set lo up && mount --bind '{resolver}' /etc/resolv.conf || exit {NoRights}; exec \"$0\" \"$@\"",
            Environment.ProcessPath!, "--filter-method", "*In_a_network_of_its_own*", "--results-directory", Path.GetTempPath(),
        ];
        Array.ForEach(words, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestWorld.Ct), process.StandardError.ReadToEndAsync(TestWorld.Ct));
        await process.WaitForExitAsync(TestWorld.Ct);
        File.Delete(resolver);
        if (process.ExitCode == NoRights || (process.ExitCode == 1 && (await errors).StartsWith("unshare:", StringComparison.Ordinal)))
        {
            return null;
        }

        Assert.True(process.ExitCode == 0, await output + await errors);
        return "played in a network namespace";
    }
}
