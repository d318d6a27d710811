using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.State;
using Shared.Claims;
using Shared.Options;

namespace Provisioning.Tests.Chaos;

/// <summary>What must hold on the panel at every moment, and what must be true in the end.</summary>
internal sealed class Watch
{
    private readonly SimulatedPanel panel;
    private readonly Dictionary<int, string> strangers = [];

    public Watch(SimulatedPanel panel)
    {
        this.panel = panel;
        panel.Change(world => AddForeigners(world));
        Look();
    }

    /// <summary>Never two of one, and whoever is not ours stays as he was.</summary>
    public void Look() => panel.Read(world =>
    {
        Assert.All(world.Users.Where(user => user.ExternalId is not null).GroupBy(user => user.ExternalId), users => Assert.Single(users));
        Assert.All(world.VisibleServers.Where(server => server.ExternalId is not null).GroupBy(server => server.ExternalId), servers => Assert.Single(servers));
        var ours = world.Users.Where(user => user.Email.EndsWith("@members.invalid", StringComparison.Ordinal) && user.ExternalId is not null).ToList();
        Assert.All(ours, user => Assert.True(world.VisibleServers.Count(server => server.UserId == user.Id && server.ExternalId is not null) <= 1, "A member holds two servers."));
        var now = Foreign(world).ToDictionary(item => item.Id, item => item.Content);
        foreach (var (id, content) in strangers)
        {
            Assert.True(now.TryGetValue(id, out var still), $"A stranger's row {id} is gone.");
            Assert.Equal(content, still);
        }

        foreach (var (id, content) in now)
        {
            strangers[id] = content;
        }

        return true;
    });

    /// <summary>An administrator takes away what strangers hold under our keys: nobody else may.</summary>
    public void RemoveByHand(Claim claim) => panel.Change(world =>
    {
        foreach (var server in world.Servers.Where(server => server.ExternalId == claim.Id.ToString() && IsForeign(world, server)).ToList())
        {
            world.Remove(server);
            strangers.Remove(server.Id);
        }

        foreach (var user in world.Users.Where(user => user.ExternalId is null && user.Email.EndsWith("@members.invalid", StringComparison.Ordinal)).ToList())
        {
            world.Users.Remove(user);
            strangers.Remove(user.Id);
        }
    });

    /// <summary>Who is in the group has exactly one user and one server that answers, and can log in; of everybody else nothing is left.</summary>
    public async Task ConcludeAsync(Bench bench, IReadOnlyCollection<int> present)
    {
        Look();
        var claims = await bench.ClaimService.ListAsync(null, CancellationToken.None);
        var active = claims.Where(claim => claim.State == ClaimState.Active).ToList();
        Assert.Equal(present.Count, active.Count);
        var handovers = Handover.In(await bench.ReadMessagesAsync());
        foreach (var claim in active)
        {
            World.HoldsExactlyOneOf(panel, claim);
            Assert.True(panel.Read(world => world.Servers.Single(server => server.Id == claim.PanelServerId).Running), "An active server does not run.");
            Assert.Contains(handovers, handover => handover.Username == claim.PanelUsername && panel.CanLogIn(handover.Username, handover.Password));
        }

        panel.Read(world =>
        {
            Assert.Equal(active.Select(claim => claim.Id.ToString()).Order(), world.Servers.Where(server => server.ExternalId is not null).Select(server => server.ExternalId!).Order());
            Assert.Equal(active.Select(claim => claim.WaJid).Order(), world.Users.Where(user => user.ExternalId is not null).Select(user => user.ExternalId!).Order());
            Assert.All(world.Allocations.Where(allocation => allocation.ServerId is not null), allocation => Assert.Contains(world.Servers, server => server.Id == allocation.ServerId));
            return true;
        });
    }

    private static IEnumerable<(int Id, string Content)> Foreign(PanelWorld world) =>
        world.Users.Where(user => user.ExternalId is null).Select(user => (user.Id, $"{user.Username} {user.Email} {user.PasswordHash}"))
            .Concat(world.VisibleServers.Where(server => IsForeign(world, server)).Select(server => (server.Id, $"{server.ExternalId} {server.UserId} {server.AllocationId} {server.Status == "suspended"}")));

    private static bool IsForeign(PanelWorld world, ServerRow server) => world.Users.Find(user => user.Id == server.UserId)?.ExternalId is null;

    private static void AddForeigners(PanelWorld world)
    {
        var allocation = world.Allocations[0];
        var user = new UserRow
        {
            Id = world.NextId(),
            Uuid = "11111111-0000-0000-0000-000000000001",
            Username = "member1_old",
            Email = "member1@elsewhere.invalid",
            FirstName = "A",
            LastName = "Stranger",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        world.Users.Add(user);
        var server = new ServerRow
        {
            Id = world.NextId(),
            Uuid = "11111111-0000-0000-0000-000000000002",
            Name = "member1",
            UserId = user.Id,
            NodeId = allocation.NodeId,
            AllocationId = allocation.Id,
            NestId = SeedData.NestId,
            EggId = SeedData.NodeJsEggId,
            Image = "",
            Startup = "",
            Environment = [],
            Running = true,
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        world.Servers.Add(server);
        allocation.ServerId = server.Id;
    }
}
