using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Panel.State;

namespace Sandbox.Panel.Http;

/// <summary>Rows as the panel's transformers print them.</summary>
internal static class Transform
{
    public static JsonObject User(UserRow row) => Item("user", new()
    {
        ["id"] = row.Id,
        ["external_id"] = row.ExternalId,
        ["uuid"] = row.Uuid,
        ["username"] = row.Username,
        ["email"] = row.Email,
        ["first_name"] = row.FirstName,
        ["last_name"] = row.LastName,
        ["language"] = "en",
        ["root_admin"] = row.RootAdmin,
        ["2fa"] = false,
        ["created_at"] = Time(row.CreatedAt),
        ["updated_at"] = Time(row.UpdatedAt),
    });

    public static JsonObject User(PanelCall call, UserRow row)
    {
        var item = User(row);
        if (call.Includes("servers"))
        {
            Relate(item, "servers", Listing.List(call.World.VisibleServers.Where(server => server.UserId == row.Id), Server));
        }

        return item;
    }

    public static JsonObject Server(ServerRow row) => Item("server", new()
    {
        ["id"] = row.Id,
        ["external_id"] = row.ExternalId,
        ["uuid"] = row.Uuid,
        ["identifier"] = row.Uuid[..8],
        ["name"] = row.Name,
        ["description"] = row.Description,
        ["status"] = row.Status,
        ["suspended"] = row.Status == "suspended",
        ["limits"] = new JsonObject
        {
            ["memory"] = row.Memory,
            ["swap"] = row.Swap,
            ["disk"] = row.Disk,
            ["io"] = row.Io,
            ["cpu"] = row.Cpu,
            ["threads"] = null,
            ["oom_disabled"] = true,
        },
        ["feature_limits"] = new JsonObject { ["databases"] = row.Databases, ["allocations"] = row.Allocations, ["backups"] = row.Backups },
        ["user"] = row.UserId,
        ["node"] = row.NodeId,
        ["allocation"] = row.AllocationId,
        ["nest"] = row.NestId,
        ["egg"] = row.EggId,
        ["container"] = new JsonObject
        {
            ["startup_command"] = row.Startup,
            ["image"] = row.Image,
            ["installed"] = row.Status is "installing" or "install_failed" ? 0 : 1,
            ["environment"] = new JsonObject(row.Environment.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        },
        ["updated_at"] = Time(row.UpdatedAt),
        ["created_at"] = Time(row.CreatedAt),
    });

    public static JsonObject Server(PanelCall call, ServerRow row)
    {
        var item = Server(row);
        if (call.Includes("allocations"))
        {
            Relate(item, "allocations", Listing.List(call.World.Allocations.Where(entry => entry.ServerId == row.Id), Allocation));
        }

        if (call.Includes("user"))
        {
            Relate(item, "user", User(call.World.Users.Single(user => user.Id == row.UserId)));
        }

        return item;
    }

    public static JsonObject Allocation(AllocationRow row) => Item("allocation", new()
    {
        ["id"] = row.Id,
        ["ip"] = row.Ip,
        ["alias"] = row.Alias,
        ["port"] = row.Port,
        ["notes"] = null,
        ["assigned"] = row.ServerId is not null,
    });

    public static JsonObject Node(PanelCall call, NodeRow row)
    {
        var servers = call.World.Servers.Where(server => server.NodeId == row.Id && server.AppearsAt is null).ToList();
        var item = Item("node", new()
        {
            ["id"] = row.Id,
            ["uuid"] = row.Uuid,
            ["public"] = row.Public,
            ["name"] = row.Name,
            ["description"] = null,
            ["location_id"] = row.LocationId,
            ["fqdn"] = row.Fqdn,
            ["scheme"] = "http",
            ["behind_proxy"] = false,
            ["maintenance_mode"] = row.MaintenanceMode,
            ["memory"] = row.Memory,
            ["memory_overallocate"] = row.MemoryOverallocate,
            ["disk"] = row.Disk,
            ["disk_overallocate"] = row.DiskOverallocate,
            ["upload_size"] = 100,
            ["daemon_listen"] = 8080,
            ["daemon_sftp"] = 2022,
            ["daemon_base"] = "/var/lib/pterodactyl/volumes",
            ["allocated_resources"] = new JsonObject { ["memory"] = servers.Sum(server => server.Memory), ["disk"] = servers.Sum(server => server.Disk) },
        });
        if (call.Includes("allocations"))
        {
            Relate(item, "allocations", Listing.List(call.World.Allocations.Where(entry => entry.NodeId == row.Id), Allocation));
        }

        return item;
    }

    public static JsonObject Location(LocationRow row) =>
        Item("location", new() { ["id"] = row.Id, ["short"] = row.Short, ["long"] = row.Long });

    public static JsonObject Nest(NestRow row) =>
        Item("nest", new() { ["id"] = row.Id, ["uuid"] = row.Uuid, ["author"] = "support@panel.invalid", ["name"] = row.Name, ["description"] = null });

    public static JsonObject Egg(PanelCall call, EggRow row)
    {
        var item = Item("egg", new()
        {
            ["id"] = row.Id,
            ["uuid"] = row.Uuid,
            ["name"] = row.Name,
            ["nest"] = row.NestId,
            ["author"] = "support@panel.invalid",
            ["description"] = null,
            ["docker_image"] = row.Images.Values.First(),
            ["docker_images"] = new JsonObject(row.Images.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["startup"] = row.Startup,
        });
        if (call.Includes("variables"))
        {
            Relate(item, "variables", Listing.List(row.Variables, variable => Item("egg_variable", new()
            {
                ["id"] = variable.Id,
                ["egg_id"] = row.Id,
                ["name"] = variable.Name,
                ["description"] = "",
                ["env_variable"] = variable.EnvVariable,
                ["default_value"] = variable.DefaultValue,
                ["user_viewable"] = true,
                ["user_editable"] = true,
                ["rules"] = variable.Rules,
            })));
        }

        return item;
    }

    private static JsonObject Item(string type, JsonObject attributes) => new() { ["object"] = type, ["attributes"] = attributes };

    private static void Relate(JsonObject item, string name, JsonObject relation)
    {
        var attributes = item["attributes"]!.AsObject();
        if (attributes["relationships"] is null)
        {
            attributes["relationships"] = new JsonObject();
        }

        attributes["relationships"]![name] = relation;
    }

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);
}
