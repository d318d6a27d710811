using Sandbox.Panel.Faults;
using Sandbox.Panel.State;

namespace Sandbox.Panel.Http;

internal static class ServerEndpoints
{
    private static readonly Dictionary<string, Func<ServerRow, string?>> Filters = new()
    {
        ["uuid"] = row => row.Uuid,
        ["uuidShort"] = row => row.Uuid[..8],
        ["name"] = row => row.Name,
        ["description"] = row => row.Description,
        ["image"] = row => row.Image,
        ["external_id"] = row => row.ExternalId,
    };

    public static PanelAnswer List(PanelCall call) =>
        Listing.Page(call, call.World.VisibleServers, row => Transform.Server(call, row), Filters);

    public static PanelAnswer Find(PanelCall call) => new(200, Transform.Server(call, call.Server));

    public static PanelAnswer FindExternal(PanelCall call)
    {
        var row = call.World.VisibleServers.FirstOrDefault(server => string.Equals(server.ExternalId, call.External, StringComparison.OrdinalIgnoreCase));
        return new(200, Transform.Server(call, row ?? throw PanelRefusal.NotFound()));
    }

    /// <summary>New limits; the node's own errors are swallowed by the real panel too.</summary>
    public static PanelAnswer UpdateBuild(PanelCall call)
    {
        var rules = new Rules(call.Body);
        var row = call.Server;
        var allocation = rules.RequiredNumber("allocation", 0);
        var (memory, disk, cpu) = (rules.RequiredNumber("limits.memory", 0), rules.RequiredNumber("limits.disk", 0), rules.RequiredNumber("limits.cpu", 0));
        rules.RequiredNumber("limits.swap", -1);
        rules.RequiredNumber("limits.io", 10, 1000);
        rules.PresentNumber("feature_limits.databases");
        rules.PresentNumber("feature_limits.backups");
        rules.ThrowIfAny();
        if (allocation != row.AllocationId)
        {
            throw PanelRefusal.Display("The requested default allocation is not currently assigned to this server.");
        }

        (row.Memory, row.Disk, row.Cpu, row.UpdatedAt) = (memory, disk, cpu, call.Now);
        return new(200, Transform.Server(call, row));
    }

    public static PanelAnswer Suspend(PanelCall call)
    {
        var row = call.Server;
        if (row.Status != "suspended")
        {
            AskDaemon(call, row);
            row.Status = "suspended";
            row.StopsAt = row.Running ? call.Now + call.Options.StopTime : null; // the process is stopped after the answer
            row.UpdatedAt = call.Now;
        }

        return PanelAnswer.NoContent;
    }

    public static PanelAnswer Unsuspend(PanelCall call)
    {
        var row = call.Server;
        if (row.Status == "suspended")
        {
            AskDaemon(call, row);
            row.Status = null; // and the process stays stopped
            row.UpdatedAt = call.Now;
        }

        return PanelAnswer.NoContent;
    }

    public static PanelAnswer Delete(PanelCall call)
    {
        AskDaemon(call, call.Server);
        if (call.Fault is { Kind: PanelFaultKind.AppearLater } later)
        {
            call.Server.VanishesAt = call.Now + later.Delay;
            return PanelAnswer.NoContent;
        }

        call.World.Remove(call.Server);
        return PanelAnswer.NoContent;
    }

    /// <summary>Any last segment other than "force" is a plain delete.</summary>
    public static PanelAnswer DeleteBy(PanelCall call)
    {
        if ((string?)call.Request.RouteValues["how"] != "force")
        {
            return Delete(call);
        }

        call.World.Remove(call.Server);
        return PanelAnswer.NoContent;
    }

    private static void AskDaemon(PanelCall call, ServerRow row)
    {
        if (call.World.NodeOf(row).DaemonDown || call.Fault?.Kind == PanelFaultKind.DaemonDown)
        {
            throw PanelRefusal.DaemonUnreachable();
        }
    }
}
