using Microsoft.Extensions.DependencyInjection;
using Provisioning.Health;
using Provisioning.Panel;
using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.State;
using Shared.Chance;
using Shared.Membership;
using Shared.Options;

namespace Provisioning.Tests.Chaos;

/// <summary>The bench without anything that costs real time: no ports, no time-outs waited for, files in memory where the machine has such a place.</summary>
internal static class ChaosBench
{
    private const string MemoryFolder = "/dev/shm";

    public static async Task<Bench> StartAsync(int seed, ClaimsOptions claims, SimulatedPanelOptions panel)
    {
        NetworkTime network = null!;
        var chance = new SeededBytes(seed);
        var bench = await Bench.StartAsync(
            panel with { OpensPorts = false },
            claims,
            folder: Directory.Exists(MemoryFolder) ? Directory.CreateDirectory(Path.Combine(MemoryFolder, $"provisioning-{Guid.NewGuid():N}")) : null,
            replace: (bench, services) =>
            {
                network ??= new NetworkTime(bench.Time);
                services.AddSingleton(new NetworkClock(network));
                services.AddSingleton<IRandomBytes>(chance);
                services.AddSingleton<IPortProbe>(new WorldProbe(bench.Panel));
                services.AddSingleton<IMembership, RosterMembership>();
            });
        bench.Panel.Faults.Hung += () =>
        {
            bench.Time.Advance(bench.RequestTimeout);
            network.Expire();
        };
        return bench;
    }

    /// <summary>Looks at the simulated node instead of its port.</summary>
    private sealed class WorldProbe(SimulatedPanel panel) : IPortProbe
    {
        public Task<bool> StaysOpenAsync(string host, int port, CancellationToken ct) => Task.FromResult(panel.Read(world => world.Servers.Exists(server =>
            server is { Running: true, PortBehaviour: PortBehaviour.Answers } && world.AllocationOf(server).Port == port)));

        public Task<bool> AnswersHttpAsync(string host, int port, string path, CancellationToken ct) => StaysOpenAsync(host, port, ct);
    }

    /// <summary>The roster as the events told it, read just now.</summary>
    private sealed class RosterMembership(IRosterBook roster, TimeProvider time) : IMembership
    {
        public async Task<PresenceReading> CheckAsync(long memberId, TimeSpan maxAge, CancellationToken ct) => new(await roster.LastKnownAsync(memberId, ct), time.GetUtcNow());
    }

    private sealed class SeededBytes(int seed) : IRandomBytes
    {
        private readonly Random random = new(seed);

        public void Fill(Span<byte> bytes)
        {
            lock (random)
            {
                random.NextBytes(bytes);
            }
        }
    }
}
