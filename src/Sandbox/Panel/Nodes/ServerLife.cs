using Sandbox.Panel.State;

namespace Sandbox.Panel.Nodes;

/// <summary>What happens to servers by the clock alone.</summary>
internal static class ServerLife
{
    public static void Advance(PanelWorld world, DateTimeOffset now)
    {
        foreach (var late in world.LateUsers.Where(late => late.AppearsAt <= now).ToList())
        {
            world.LateUsers.Remove(late);
            // The database's own unique keys: names and addresses, but not external ids.
            if (!world.Users.Exists(user => user.Username == late.User.Username || string.Equals(user.Email, late.User.Email, StringComparison.OrdinalIgnoreCase)))
            {
                world.Users.Add(late.User);
            }
        }

        foreach (var server in world.Servers.ToList())
        {
            if (server.AppearsAt <= now)
            {
                Appear(world, server);
            }

            if (server.VanishesAt <= now)
            {
                world.Remove(server);
                continue;
            }

            if (server.AppearsAt is null && server.VanishesAt is null && server.InstallEndsAt <= now)
            {
                EndInstall(server, now);
            }

            if (server.StopsAt <= now)
            {
                server.StopsAt = null;
                server.Running = false;
            }
        }
    }

    public static DateTimeOffset? NextChange(PanelWorld world) =>
        world.Servers.SelectMany(server => new[] { server.AppearsAt, server.VanishesAt, server.InstallEndsAt, server.StopsAt })
            .Concat(world.LateUsers.Select(late => (DateTimeOffset?)late.AppearsAt)).Min();

    // A row committed late meets the database's own unique keys.
    private static void Appear(PanelWorld world, ServerRow server)
    {
        server.AppearsAt = null;
        var allocation = world.AllocationOf(server);
        var twin = world.VisibleServers.Any(other => other != server && other.ExternalId is not null && other.ExternalId == server.ExternalId);
        if (twin || allocation.ServerId is not null)
        {
            world.Servers.Remove(server);
            return;
        }

        allocation.ServerId = server.Id;
    }

    private static void EndInstall(ServerRow server, DateTimeOffset now)
    {
        server.InstallEndsAt = null;
        server.UpdatedAt = now;
        if (server.Status == "suspended")
        {
            return; // stays suspended whatever the outcome, and is not started
        }

        server.Status = server.InstallWillFail ? "install_failed" : null;
        server.Running = server.Status is null && server.StartOnCompletion;
    }
}
