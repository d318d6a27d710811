using Provisioning.Tests.Support;
using Sandbox.Panel;
using Sandbox.Panel.Faults;
using Sandbox.Panel.State;
using Shared.Claims;
using Shared.Jobs;

namespace Provisioning.Tests.Creation;

public class OwnershipTests
{
    [Fact]
    public async Task Stranger_with_the_wanted_username_is_left_alone_and_ours_gets_a_suffix()
    {
        await using var bench = await Bench.StartAsync();
        var stranger = AddUser(bench.Panel, "sari", "sari@elsewhere.invalid", externalId: null);

        var claim = await bench.CreateAsync("sari");

        Assert.Equal(ClaimState.Active, claim.State);
        Assert.Matches("^sari_[0-9a-f]{4}$", claim.PanelUsername!);
        World.HoldsExactlyOneOf(bench.Panel, claim);
        Assert.NotEqual(stranger, claim.PanelUserId);
        Assert.Equal(claim.PanelUsername, Assert.Single(Handover.In(await bench.ReadMessagesAsync())).Username);
    }

    [Fact]
    public async Task User_with_our_external_id_but_another_address_is_never_adopted()
    {
        await using var bench = await Bench.StartAsync();
        var claim = await bench.ClaimAsync();
        var foreign = AddUser(bench.Panel, "someone", "someone@elsewhere.invalid", claim.WaJid);

        var failed = await bench.RunAsync(ClaimJob.Create, claim.Id);

        Assert.Equal((ClaimState.Failed, FailureCodes.NotOurs), (failed.State, failed.FailureCode));
        Assert.Equal("someone", bench.Panel.Read(world => world.Users.Single(user => user.Id == foreign).Username));
        Assert.Empty(bench.Panel.Strangers(world => world.Servers));
    }

    [Fact]
    public async Task Administrator_with_our_external_id_is_refused()
    {
        await using var bench = await Bench.StartAsync();
        var first = await bench.CreateAsync();
        bench.Panel.Change(world => world.Users.Single(user => user.Id == first.PanelUserId).RootAdmin = true);
        await bench.LeaveAsync(first);
        await bench.ObserveAsync(TimeSpan.FromHours(4));
        var gone = await bench.RunAsync(ClaimJob.Delete, first.Id);
        Assert.Equal(ClaimState.Deleted, gone.State);

        var failed = await bench.CreateAsync("again");

        Assert.Equal((ClaimState.Failed, FailureCodes.NotOurs), (failed.State, failed.FailureCode));
        Assert.Single(bench.Panel.Strangers(world => world.Users)); // and it was not deleted either
    }

    [Fact]
    public async Task Email_of_ours_in_a_strangers_hands_fails_the_claim_and_touches_nobody()
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.EmailTaken, "POST /users"));

        var failed = await bench.CreateAsync();

        Assert.Equal((ClaimState.Failed, FailureCodes.NotOurs), (failed.State, failed.FailureCode));
        Assert.Single(bench.Panel.Strangers(world => world.Users));
    }

    [Fact]
    public async Task Server_with_our_external_id_but_another_owner_is_never_adopted()
    {
        await using var bench = await Bench.StartAsync();
        bench.Panel.Faults.Add(new PanelFault(PanelFaultKind.WrongOwner, "POST /servers"));

        var failed = await bench.CreateAsync();

        Assert.Equal((ClaimState.Failed, FailureCodes.NotOurs), (failed.State, failed.FailureCode));
        Assert.Empty(Handover.In(await bench.ReadMessagesAsync()));
    }

    [Fact]
    public async Task Own_user_left_from_an_earlier_claim_is_adopted_and_gets_the_new_password()
    {
        await using var bench = await Bench.StartAsync();
        var first = await bench.CreateAsync("sari");
        var old = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        GiveServer(bench.Panel, first.PanelUserId!.Value);
        await bench.LeaveAsync(first);
        await bench.ObserveAsync(TimeSpan.FromHours(4));
        await bench.RunAsync(ClaimJob.Delete, first.Id);

        var second = await bench.CreateAsync("dewi");

        Assert.Equal((ClaimState.Active, first.PanelUserId, "sari"), (second.State, second.PanelUserId, second.PanelUsername));
        var handover = Assert.Single(Handover.In(await bench.ReadMessagesAsync()));
        Assert.True(bench.Panel.CanLogIn(handover.Username, handover.Password));
        Assert.False(bench.Panel.CanLogIn(old.Username, old.Password));
    }

    /// <summary>An administrator gives the user one more server by hand.</summary>
    internal static void GiveServer(SimulatedPanel panel, int userId) => panel.Change(world =>
    {
        var allocation = world.Allocations.First(row => row.ServerId is null);
        var server = new ServerRow
        {
            Id = world.NextId(),
            Uuid = Guid.NewGuid().ToString(),
            Name = "by hand",
            UserId = userId,
            NodeId = allocation.NodeId,
            AllocationId = allocation.Id,
            NestId = SeedData.NestId,
            EggId = SeedData.PythonEggId,
            Image = "",
            Startup = "",
            Environment = [],
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        };
        world.Servers.Add(server);
        allocation.ServerId = server.Id;
    });

    private static int AddUser(SimulatedPanel panel, string username, string email, string? externalId)
    {
        var id = 0;
        panel.Change(world => world.Users.Add(new UserRow
        {
            Id = id = world.NextId(),
            Uuid = Guid.NewGuid().ToString(),
            ExternalId = externalId,
            Username = username,
            Email = email,
            FirstName = "A",
            LastName = "Stranger",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        }));
        return id;
    }
}
