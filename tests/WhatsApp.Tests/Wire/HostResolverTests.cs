using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using WhatsApp.Wire.Resolving;

namespace WhatsApp.Tests.Wire;

public class HostResolverTests
{
    private const string Host = "chat.test";
    private static readonly IPAddress Good = IPAddress.Parse("127.0.0.7");
    private static readonly IPAddress GoodSix = IPAddress.IPv6Loopback;

    private readonly FakeTimeProvider _time = new();
    private readonly AddressMemory _memory = new();

    [Theory]
    [InlineData("127.0.0.9", "127.0.0.9")]
    [InlineData("[::1]", "::1")]
    [InlineData("localhost", "127.0.0.1 ::1")]
    [InlineData("LOCALHOST", "127.0.0.1 ::1")]
    public async Task A_literal_address_and_localhost_ask_nobody(string host, string addresses)
    {
        await using var server = TinyDnsServer.With(Good);
        var resolver = Resolver(_ => throw new InvalidOperationException("The system was asked."), server);

        var stage = Assert.Single(await FindAsync(resolver, host));

        Assert.Equal(addresses, string.Join(' ', stage.Addresses));
        Assert.Equal(0, server.Questions);
    }

    [Fact]
    public async Task The_systems_answer_comes_first_and_nobody_else_is_asked_until_it_does_not_help()
    {
        await using var server = TinyDnsServer.With(Good);
        var resolver = Resolver(_ => [IPAddress.Parse("127.0.0.66"), IPAddress.Any], server);
        await using var stages = resolver.FindAsync(Host, default).GetAsyncEnumerator();

        Assert.True(await stages.MoveNextAsync());
        Assert.Equal([IPAddress.Parse("127.0.0.66")], stages.Current.Addresses);
        Assert.Equal(0, server.Questions);

        Assert.True(await stages.MoveNextAsync()); // the caller could not connect: the system lied
        Assert.Equal((AddressSource.FallbackServer, Good), (stages.Current.Source, Assert.Single(stages.Current.Addresses)));
    }

    [Fact]
    public async Task Servers_that_deny_or_fail_are_passed_over_in_order()
    {
        await using var denying = TinyDnsServer.Refusing(3);
        await using var failing = TinyDnsServer.Refusing(2);
        await using var blocking = TinyDnsServer.With(IPAddress.Any);
        await using var good = TinyDnsServer.With(Good, GoodSix);
        var resolver = Resolver(NoSystem, denying, failing, blocking, good);

        var stage = Assert.Single(await FindAsync(resolver));

        Assert.Equal([Good, GoodSix], stage.Addresses);
        Assert.Equal([2, 2, 2, 2], new[] { denying, failing, blocking, good }.Select(server => server.Questions));
    }

    [Fact]
    public async Task A_server_that_knows_IPv6_only_is_enough()
    {
        await using var server = TinyDnsServer.With(GoodSix);

        Assert.Equal([GoodSix], Assert.Single(await FindAsync(Resolver(NoSystem, server))).Addresses);
    }

    [Fact]
    public async Task One_family_does_not_wait_for_the_other_for_long()
    {
        await using var server = new TinyDnsServer(question => question[^3] == 1 ? [TinyDnsServer.Reply(question, 0, Good)] : []);
        var limits = new ResolverLimits { Datagram = TimeSpan.FromMinutes(10), Straggler = TimeSpan.FromMilliseconds(20) };
        var resolver = new HostResolver(new SystemLookup(NoSystem), [server.Address], _memory, limits, TimeProvider.System, new SystemRandomSource());

        var stages = await FindAsync(resolver).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([Good], Assert.Single(stages).Addresses);
    }

    [Fact]
    public async Task Answers_with_a_wrong_id_are_ignored_until_the_right_one_comes()
    {
        await using var server = new TinyDnsServer(question =>
        {
            var forged = TinyDnsServer.Reply(question, 0, IPAddress.Parse("127.0.0.66"), IPAddress.Parse("::66"));
            forged[0] ^= 0xFF;
            return [forged, [1, 2, 3], TinyDnsServer.Reply(question, 0, Good)];
        });

        Assert.Equal([Good], Assert.Single(await FindAsync(Resolver(NoSystem, server))).Addresses);
    }

    [Fact]
    public async Task A_silent_server_is_asked_twice_by_kind_and_then_the_next_one()
    {
        await using var silent = TinyDnsServer.Silent(heard: () => _time.Advance(TimeSpan.FromSeconds(2))); // time passes with each question only
        await using var good = TinyDnsServer.With(Good);

        var stages = await FindAsync(Resolver(NoSystem, silent, good));

        Assert.Equal([Good], Assert.Single(stages).Addresses);
        Assert.InRange(silent.Questions, 2, 4);
    }

    [Fact]
    public async Task The_last_good_addresses_come_when_nobody_answers()
    {
        await using var failing = TinyDnsServer.Refusing(2);
        var resolver = Resolver(NoSystem, failing);
        Assert.Empty(await FindAsync(resolver));

        resolver.Remember(Host, new AddressStage(AddressSource.System, [GoodSix, Good]), connected: Good);

        var stage = Assert.Single(await FindAsync(resolver));
        Assert.Equal(AddressSource.LastGood, stage.Source);
        Assert.Equal([Good, GoodSix], stage.Addresses);
    }

    [Fact]
    public async Task A_hanging_system_lookup_costs_3_seconds_and_is_in_flight_once()
    {
        using var release = new ManualResetEventSlim();
        var calls = 0;
        var poolThreads = 0;
        await using var good = TinyDnsServer.With(Good);
        var resolver = Resolver(
            _ =>
            {
                Interlocked.Increment(ref calls);
                Interlocked.Add(ref poolThreads, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
                release.Wait();
                return [IPAddress.Parse("127.0.0.99")];
            },
            good);

        for (var round = 0; round < 3; round++)
        {
            var finding = FindAsync(resolver);
            _time.Advance(TimeSpan.FromSeconds(2.9));
            Assert.False(finding.IsCompleted);
            Assert.Equal(0, good.Questions - (2 * round));
            _time.Advance(TimeSpan.FromSeconds(0.2));
            Assert.Equal([Good], Assert.Single(await finding).Addresses);
        }

        Assert.Equal((1, 0), (calls, poolThreads));

        release.Set();
        Assert.Contains(await FindAsync(resolver), stage => stage.Addresses.Contains(IPAddress.Parse("127.0.0.99")));
    }

    [Fact]
    public async Task Last_good_addresses_outlive_a_restart_and_a_broken_file()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "addresses");
            new AddressFile(path).Remember(Host, [Good, GoodSix]);
            new AddressFile(path).Remember("other.test", [GoodSix]);

            Assert.Equal([Good, GoodSix], new AddressFile(path).Recall(Host));
            Assert.Equal([GoodSix], new AddressFile(path).Recall("OTHER.test"));

            await File.WriteAllTextAsync(path, "chat.test nonsense 127.0.0.7\n\n\0\n");
            Assert.Equal([Good], new AddressFile(path).Recall(Host));
            Assert.Empty(new AddressFile(Path.Combine(path, "no-folder")).Recall(Host));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IPAddress[] NoSystem(string host) => throw new SocketException((int)SocketError.TryAgain);

    private static async Task<List<AddressStage>> FindAsync(HostResolver resolver, string host = Host)
    {
        List<AddressStage> stages = [];
        await foreach (var stage in resolver.FindAsync(host, default))
        {
            stages.Add(stage);
        }

        return stages;
    }

    private HostResolver Resolver(Func<string, IPAddress[]> system, params IEnumerable<TinyDnsServer> servers) =>
        new(new SystemLookup(system), [.. servers.Select(server => server.Address)], _memory, new ResolverLimits(), _time, new SystemRandomSource());
}
