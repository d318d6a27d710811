using Sandbox.Panel;
using Sandbox.Panel.State;
using Shared.Claims;

namespace Provisioning.Tests.Support;

/// <summary>What has to hold on the panel, whatever went wrong on the way.</summary>
internal static class World
{
    public static void HoldsExactlyOneOf(SimulatedPanel panel, Claim claim) => panel.Read(world =>
    {
        var user = Assert.Single(world.Users, user => user.ExternalId == claim.WaJid);
        var server = Assert.Single(world.VisibleServers, server => server.ExternalId == claim.Id.ToString());
        Assert.Equal(claim.PanelUserId, user.Id);
        Assert.Equal(claim.PanelServerId, server.Id);
        Assert.Equal(user.Id, server.UserId);
        Assert.Equal(server.Id, Assert.Single(world.Allocations, allocation => allocation.ServerId == server.Id).ServerId);
        return true;
    });

    public static void HoldsNothingOf(SimulatedPanel panel, Claim claim) => panel.Read(world =>
    {
        Assert.DoesNotContain(world.Users, user => user.ExternalId == claim.WaJid);
        Assert.DoesNotContain(world.Servers, server => server.ExternalId == claim.Id.ToString());
        return true;
    });

    public static T[] Strangers<T>(this SimulatedPanel panel, Func<PanelWorld, IEnumerable<T>> of) => panel.Read(world => of(world).ToArray());
}
