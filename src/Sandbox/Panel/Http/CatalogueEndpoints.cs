using Sandbox.Panel.State;

namespace Sandbox.Panel.Http;

/// <summary>What an application key may only read: locations, nodes, allocations, nests, eggs.</summary>
internal static class CatalogueEndpoints
{
    public static PanelAnswer Locations(PanelCall call) => Listing.Page(call, call.World.Locations, Transform.Location, new Dictionary<string, Func<LocationRow, string?>>
    {
        ["short"] = row => row.Short,
        ["long"] = row => row.Long,
    });

    public static PanelAnswer Location(PanelCall call) =>
        new(200, Transform.Location(call.World.Locations.Single(row => row.Id == call.PathId("location"))));

    public static PanelAnswer Nodes(PanelCall call) => Listing.Page(call, call.World.Nodes, row => Transform.Node(call, row), new Dictionary<string, Func<NodeRow, string?>>
    {
        ["uuid"] = row => row.Uuid,
        ["name"] = row => row.Name,
        ["fqdn"] = row => row.Fqdn,
    });

    public static PanelAnswer Node(PanelCall call) => new(200, Transform.Node(call, call.Node));

    /// <summary>"0", "false" or any other text means unassigned; a number means that server's.</summary>
    public static PanelAnswer Allocations(PanelCall call)
    {
        var rows = call.World.Allocations.Where(row => row.NodeId == call.Node.Id);
        var query = call.Request.Query;
        if (query["filter[server_id]"].ToString() is { Length: > 0 } server)
        {
            if (server.Contains(',', StringComparison.Ordinal))
            {
                throw PanelRefusal.Unexpected("ErrorException");
            }

            var id = PanelCall.LeadingNumber(server);
            rows = rows.Where(row => id == 0 ? row.ServerId is null : row.ServerId == id);
        }

        if (query["filter[port]"].ToString() is { Length: > 0 } port)
        {
            rows = rows.Where(row => row.Port == PanelCall.LeadingNumber(port));
        }

        return Listing.Page(call, rows, Transform.Allocation, new Dictionary<string, Func<AllocationRow, string?>>
        {
            ["ip"] = row => row.Ip,
            ["port"] = _ => query["filter[port]"],
            ["ip_alias"] = row => row.Alias,
            ["server_id"] = _ => query["filter[server_id]"],
        });
    }

    public static PanelAnswer Nests(PanelCall call) =>
        Listing.Page(call, call.World.Nests, Transform.Nest, new Dictionary<string, Func<NestRow, string?>>());

    public static PanelAnswer Nest(PanelCall call) =>
        new(200, Transform.Nest(call.World.Nests.Single(row => row.Id == call.PathId("nest"))));

    public static PanelAnswer Eggs(PanelCall call) =>
        Listing.All(call.World.Eggs.Where(row => row.NestId == call.PathId("nest")), row => Transform.Egg(call, row));

    public static PanelAnswer Egg(PanelCall call) =>
        new(200, Transform.Egg(call, call.World.Eggs.Single(row => row.Id == call.PathId("egg"))));
}
