using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WhatsApp.Tests.Wire;

namespace Sandbox.Tests.Network;

/// <summary>What a name server may do.</summary>
internal enum NameService
{
    Good,
    Fails,
    Hangs,
    Lies,
    KnowsIpv6Only,
}

/// <summary>The line between a client and the service: its name server and whether anything gets through.</summary>
internal abstract class TestLine : IAsyncDisposable
{
    public const string Host = "chat.service.test";

    /// <summary>Nobody listens there.</summary>
    protected static readonly IPAddress Nobody = IPAddress.Parse("127.0.0.66");

    public virtual NameService Names { get; set; } = NameService.Good;

    /// <summary>The system's blocking lookup as the client is to use it.</summary>
    public abstract IPAddress[] Lookup(string host);

    public abstract Task CutAsync();

    public abstract Task RestoreAsync();

    public abstract ValueTask DisposeAsync();
}

/// <summary>Needs no rights: the lookup is scripted, and a cut line answers no name.</summary>
internal sealed class ScriptedLine : TestLine
{
    private readonly Lock _gate = new();
    private ManualResetEventSlim _over = new();
    private NameService _names;
    private volatile bool _cut;

    /// <summary>A lookup that hangs ends when the name server changes its ways, as the system's own ends after a while.</summary>
    public override NameService Names
    {
        get => _names;
        set
        {
            lock (_gate)
            {
                _names = value;
                _over.Set();
                _over = new ManualResetEventSlim();
            }
        }
    }

    public override IPAddress[] Lookup(string host)
    {
        (NameService names, ManualResetEventSlim over) now;
        lock (_gate)
        {
            now = (_cut ? NameService.Fails : _names, _over);
        }

        switch (now.names)
        {
            case NameService.Good:
                return [IPAddress.Loopback];
            case NameService.Lies:
                return [Nobody];
            case NameService.KnowsIpv6Only:
                return [IPAddress.IPv6Loopback];
            case NameService.Hangs:
                now.over.Wait();
                break;
        }

        throw new SocketException((int)SocketError.TryAgain);
    }

    public override Task CutAsync()
    {
        _cut = true;
        return Task.CompletedTask;
    }

    public override Task RestoreAsync()
    {
        _cut = false;
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        Names = NameService.Fails;
        return ValueTask.CompletedTask;
    }
}

/// <summary>Inside a network namespace: the system's own resolver asks a name server on port 53, and cutting the line takes the only interface down.</summary>
internal sealed class NamespaceLine : TestLine
{
    private readonly TinyDnsServer _dns;

    public NamespaceLine() => _dns = new TinyDnsServer(question => Names switch
    {
        NameService.Good => [TinyDnsServer.Reply(question, 0, IPAddress.Loopback)],
        NameService.Lies => [TinyDnsServer.Reply(question, 0, Nobody)],
        NameService.KnowsIpv6Only => [TinyDnsServer.Reply(question, 0, IPAddress.IPv6Loopback)],
        NameService.Fails => [TinyDnsServer.Reply(question, 2)],
        _ => [],
    }, port: 53);

    public override IPAddress[] Lookup(string host) => Dns.GetHostAddresses(host);

    public override Task CutAsync() => LinkAsync("down");

    public override Task RestoreAsync() => LinkAsync("up");

    public override ValueTask DisposeAsync() => _dns.DisposeAsync();

    private static async Task LinkAsync(string state)
    {
        using var ip = Process.Start("ip", ["link", "set", "lo", state]);
        await ip.WaitForExitAsync();
        Assert.Equal(0, ip.ExitCode);
    }
}
