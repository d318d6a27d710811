using System.Net;
using System.Net.Sockets;
using Sandbox.Service.Wire;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Wire;

/// <summary>Bad nights of a home line, seen from the whole client over real sockets: it says what is wrong, goes on trying, and comes back.</summary>
public sealed class BadNetworkTests : IAsyncLifetime
{
    private const string Name = "chat.test";
    private static readonly IPAddress Nobody = IPAddress.Parse("127.0.0.66");

    private readonly TestAuthority _authority = TestAuthority.Create(TimeProvider.System.GetUtcNow());
    private readonly ScanningService _scanning = ScanningService.Create();
    private LoopbackService? _service;

    private LoopbackService Service => _service ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() => _service = await LoopbackService.StartAsync(_scanning.ServeAsync, _authority, Name);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Names_that_do_not_resolve_at_the_first_connect_are_told_and_tried_again_until_they_do()
    {
        var works = false;
        await using var denying = TinyDnsServer.Refusing(3);
        await using var failing = TinyDnsServer.Refusing(2);
        await using var bed = await NetworkBed.StartAsync(Options(_ => works ? [IPAddress.Loopback] : throw new SocketException((int)SocketError.TryAgain), denying, failing));

        for (var failure = 1; failure <= 3; failure++)
        {
            var status = await bed.UntilAsync(now => now.FailuresInARow == failure && now.Phase == SessionPhase.WaitingToReconnect);
            Assert.Equal(SessionFaultReason.NameNotResolved, status.LastFault!.Reason);
            Assert.Equal(bed.Clock.GetUtcNow() + NetworkBed.Waits[failure - 1], status.NextAttempt);
            works = failure == 3;
            await bed.Clock.PassAsync(NetworkBed.Waits[failure - 1]);
        }

        await bed.UntilAsync(SessionPhase.WaitingForScan);
    }

    [Fact]
    public async Task A_system_lookup_that_hangs_costs_three_seconds_and_the_next_name_server_helps()
    {
        using var release = new ManualResetEventSlim();
        await using var good = TinyDnsServer.With(IPAddress.Loopback);
        await using var bed = await NetworkBed.StartAsync(Options(_ => Hang(release), good));

        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));

        await bed.UntilAsync(SessionPhase.WaitingForScan);
        release.Set();
    }

    [Fact]
    public async Task Silent_name_servers_are_left_after_two_questions_each_and_the_fault_is_the_names()
    {
        var clock = new TestClock();
        await using var silent = TinyDnsServer.Silent(heard: () => clock.Advance(TimeSpan.FromSeconds(2))); // time passes with each question only
        await using var bed = await NetworkBed.StartAsync(Options(_ => throw new SocketException((int)SocketError.TryAgain), silent), clock);

        Assert.Equal(SessionFaultReason.NameNotResolved, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
        Assert.InRange(silent.Questions, 2, 4);
    }

    [Fact]
    public async Task A_resolver_that_lies_with_an_address_where_nobody_is_leads_to_the_next_name_server()
    {
        await using var good = TinyDnsServer.With(IPAddress.Loopback);
        await using var bed = await NetworkBed.StartAsync(Options(_ => [Nobody], good));

        await bed.UntilAsync(SessionPhase.WaitingForScan);
    }

    [Fact]
    public async Task When_all_resolvers_lie_the_refusal_is_told()
    {
        await using var lying = TinyDnsServer.With(Nobody);
        await using var bed = await NetworkBed.StartAsync(Options(_ => [Nobody, IPAddress.Any], lying));

        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);

        Assert.Equal(SessionFaultReason.ConnectionRefused, status.LastFault!.Reason);
    }

    [Fact]
    public async Task A_resolver_that_lies_with_the_address_of_a_login_page_is_found_out_by_the_certificate()
    {
        using var own = TestAuthority.Create(TimeProvider.System.GetUtcNow());
        await using var portal = await LoopbackService.StartAsync(_ => throw new InvalidOperationException("It was trusted."), own, "login.test");
        await using var bed = await NetworkBed.StartAsync(Options(_ => [IPAddress.Loopback]) with { Endpoint = Endpoint(portal.Port) });

        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);

        Assert.Equal(SessionFaultReason.CertificateRefused, status.LastFault!.Reason);
        Assert.Contains("another name", status.LastFault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IPv6_addresses_alone_on_a_line_without_IPv6_lead_to_the_next_name_server()
    {
        var six = IPAddress.IPv6Loopback; // the service is not there, whether or not this machine speaks IPv6
        await using var sixOnly = TinyDnsServer.With(six);
        await using var good = TinyDnsServer.With(IPAddress.Loopback, six);
        await using var bed = await NetworkBed.StartAsync(Options(_ => throw new SocketException((int)SocketError.NoData), sixOnly, good));

        await bed.UntilAsync(SessionPhase.WaitingForScan);
    }

    [Fact]
    public async Task With_no_resolver_left_the_last_good_addresses_lead_back_to_the_service()
    {
        var works = true;
        await using var bed = await NetworkBed.StartAsync(Options(_ => works ? [IPAddress.Loopback] : throw new SocketException((int)SocketError.TryAgain)));
        await bed.UntilAsync(SessionPhase.WaitingForScan);

        works = false;
        await Service.DropAsync();

        await bed.UntilAsync(SessionPhase.WaitingToReconnect);
        await bed.Clock.PassAsync(NetworkBed.Waits[0]);
        await bed.UntilAsync(SessionPhase.WaitingForScan);
    }

    [Fact]
    public async Task A_restart_of_the_modem_is_noticed_within_40_seconds_waited_out_and_left_behind_by_one_new_connection()
    {
        await using var modem = new DarkRelay(Service.Port);
        await using var bed = await NetworkBed.StartAsync(Options(_ => [IPAddress.Loopback]) with { Endpoint = Endpoint(modem.Port) });
        await bed.UntilAsync(SessionPhase.WaitingForScan);
        bed.Clock.Forget(WhatsApp.Wire.WebSocketAttempt.AddressLimit); // of the first connect; as long as the second ping's deadline

        await modem.GoDarkAsync();
        var dark = bed.Clock.GetUtcNow();
        await bed.Clock.PassAsync(IsPingPause);
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(10));
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(5));
        var lost = await bed.UntilAsync(SessionPhase.WaitingToReconnect);
        Assert.Equal(SessionFaultReason.KeepaliveLost, lost.LastFault!.Reason);
        Assert.InRange(bed.Clock.GetUtcNow() - dark, TimeSpan.FromSeconds(15), WhatsApp.Connection.Keepalive.NoticedWithin);

        await bed.Clock.PassAsync(NetworkBed.Waits[0]);
        await bed.Clock.PassAsync(WhatsApp.Wire.WebSocketAttempt.AddressLimit); // nobody even refuses
        var silent = await bed.UntilAsync(status => status.FailuresInARow == 2 && status.Phase == SessionPhase.WaitingToReconnect);
        Assert.Equal(SessionFaultReason.ConnectTimedOut, silent.LastFault!.Reason);

        modem.ComeBack();
        await bed.Clock.PassAsync(NetworkBed.Waits[1]);
        await bed.UntilAsync(SessionPhase.WaitingForScan);
        Assert.Equal(2, modem.Connections);
    }

    private static bool IsPingPause(TimeSpan due) => due > TimeSpan.FromSeconds(20) && due < TimeSpan.FromSeconds(25);

    private static Uri Endpoint(int port) => new($"wss://{Name}:{port}/ws/chat");

    private static IPAddress[] Hang(ManualResetEventSlim release)
    {
        release.Wait();
        throw new SocketException((int)SocketError.TryAgain);
    }

    private WhatsAppClientOptions Options(Func<string, IPAddress[]> system, params IEnumerable<TinyDnsServer> servers) => NetworkBed.Options(Endpoint(Service.Port), system) with
    {
        Authorities = [_authority.Certificate],
        TrustRoot = _scanning.TrustRoot,
        FallbackDns = [.. servers.Select(server => server.Address)],
    };
}
