using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Panel.Faults;
using Sandbox.Panel.State;

namespace Sandbox.Panel.Http;

/// <summary>POST /servers: the request's rules, then the egg's variables, then the row, then the node's daemon.</summary>
internal static class ServerCreation
{
    public static PanelAnswer Create(PanelCall call)
    {
        var world = call.World;
        var fault = call.Fault?.Kind;
        if (fault == PanelFaultKind.AllocationTakenBefore)
        {
            GiveAllocationToStranger(call);
        }

        var wanted = Read(call);
        var environment = ReadEnvironment(call, wanted.Egg!);
        if (fault == PanelFaultKind.AllocationTakenInGap)
        {
            GiveAllocationToStranger(call);
            throw PanelRefusal.Unexpected("UniqueConstraintViolationException");
        }

        var node = world.Nodes.Single(row => row.Id == wanted.Allocation!.NodeId);
        if (node.DaemonDown || fault == PanelFaultKind.DaemonDown)
        {
            throw PanelRefusal.DaemonUnreachable();
        }

        var row = new ServerRow
        {
            Id = world.NextId(),
            Uuid = SeedData.Uuid(call.Random),
            ExternalId = wanted.ExternalId,
            Name = wanted.Name,
            Description = wanted.Description ?? "",
            Status = "installing",
            UserId = fault == PanelFaultKind.WrongOwner ? Stranger(call).Id : wanted.User!.Id,
            NodeId = node.Id,
            AllocationId = wanted.Allocation!.Id,
            NestId = wanted.Egg!.NestId,
            EggId = wanted.Egg.Id,
            Image = wanted.Image,
            Startup = wanted.Startup,
            Environment = environment,
            Memory = wanted.Memory,
            Swap = wanted.Swap,
            Disk = wanted.Disk,
            Io = wanted.Io,
            Cpu = wanted.Cpu,
            Databases = wanted.Databases,
            Backups = wanted.Backups,
            Allocations = wanted.Allocations,
            StartOnCompletion = wanted.StartOnCompletion,
            InstallEndsAt = fault == PanelFaultKind.InstallSticks ? null : call.Now + call.Options.InstallTime,
            InstallWillFail = fault == PanelFaultKind.InstallFails,
            PortBehaviour = fault switch
            {
                PanelFaultKind.PortNeverOpens => PortBehaviour.NeverOpens,
                PanelFaultKind.PortClosesAtOnce => PortBehaviour.ClosesAtOnce,
                _ => PortBehaviour.Answers,
            },
            VanishesAt = fault == PanelFaultKind.RollBackLater ? call.Now + call.Fault!.Delay : null,
            AppearsAt = fault == PanelFaultKind.AppearLater ? call.Now + call.Fault!.Delay : null,
            CreatedAt = call.Now,
            UpdatedAt = call.Now,
        };
        world.Servers.Add(row);
        if (row.AppearsAt is null)
        {
            wanted.Allocation.ServerId = row.Id;
        }

        var answer = Transform.Server(call, row);
        if (fault == PanelFaultKind.WrongOwnerAnswered)
        {
            answer["attributes"]!["user"] = Stranger(call).Id;
        }

        return new(201, answer);
    }

    private static Wanted Read(PanelCall call)
    {
        var world = call.World;
        var rules = new Rules(call.Body);
        var userId = rules.RequiredNumber("user", 0);
        var eggId = rules.RequiredNumber("egg", 0);
        var allocationId = rules.RequiredNumber("allocation.default", 0);
        var wanted = new Wanted
        {
            Name = rules.RequiredText("name"),
            ExternalId = rules.OptionalText("external_id"),
            Description = rules.OptionalText("description", int.MaxValue),
            User = world.Users.Find(row => row.Id == userId),
            Egg = world.Eggs.Find(row => row.Id == eggId),
            Image = rules.RequiredText("docker_image"),
            Startup = rules.RequiredText("startup", int.MaxValue),
            Memory = rules.RequiredNumber("limits.memory", 0),
            Swap = rules.RequiredNumber("limits.swap", -1),
            Disk = rules.RequiredNumber("limits.disk", 0),
            Io = rules.RequiredNumber("limits.io", 10, 1000),
            Cpu = rules.RequiredNumber("limits.cpu", 0),
            Databases = rules.PresentNumber("feature_limits.databases"),
            Backups = rules.PresentNumber("feature_limits.backups"),
            Allocations = rules.OptionalNumber("feature_limits.allocations"),
            Allocation = world.Allocations.Find(row => row.Id == allocationId && row.ServerId is null),
            StartOnCompletion = rules.OptionalFlag("start_on_completion", false),
        };
        rules.OptionalFlag("skip_scripts", false);
        rules.OptionalFlag("oom_disabled", true);
        if (rules.Find("environment") is not JsonObject)
        {
            rules.Fail("environment", "array");
        }

        foreach (var (field, found) in new (string, object?)[] { ("user", wanted.User), ("egg", wanted.Egg), ("allocation.default", wanted.Allocation) })
        {
            if (found is null && rules.Find(field) is not null)
            {
                rules.Fail(field, "exists");
            }
        }

        if (wanted.ExternalId is not null && world.VisibleServers.Any(row => string.Equals(row.ExternalId, wanted.ExternalId, StringComparison.OrdinalIgnoreCase)))
        {
            rules.Fail("external_id", "unique");
        }

        rules.ThrowIfAny();
        return wanted;
    }

    // An optional variable left out becomes an empty text, not the egg's default.
    private static Dictionary<string, string> ReadEnvironment(PanelCall call, EggRow egg)
    {
        var rules = new Rules(call.Body);
        var environment = new Dictionary<string, string>();
        foreach (var variable in egg.Variables)
        {
            var field = "environment." + variable.EnvVariable;
            var text = rules.Find(field)?.ToString() ?? "";
            environment[variable.EnvVariable] = text;
            foreach (var rule in variable.Rules.Split('|'))
            {
                var holds = rule.Split(':') switch
                {
                    ["required"] => text.Length > 0,
                    ["boolean"] => text is "" or "0" or "1" or "true" or "false",
                    ["max", var most] => text.Length <= int.Parse(most, CultureInfo.InvariantCulture),
                    _ => true,
                };
                if (!holds)
                {
                    rules.Fail(field, rule.Split(':')[0]);
                }
            }
        }

        rules.ThrowIfAny();
        return environment;
    }

    private static void GiveAllocationToStranger(PanelCall call)
    {
        var id = new Rules(call.Body).RequiredNumber("allocation.default", 0);
        var allocation = call.World.Allocations.Find(row => row.Id == id && row.ServerId is null);
        if (allocation is null)
        {
            return;
        }

        var server = new ServerRow
        {
            Id = call.World.NextId(),
            Uuid = SeedData.Uuid(call.Random),
            Name = "somebody else's",
            UserId = Stranger(call).Id,
            NodeId = allocation.NodeId,
            AllocationId = allocation.Id,
            NestId = SeedData.NestId,
            EggId = SeedData.NodeJsEggId,
            Image = "",
            Startup = "",
            Environment = [],
            CreatedAt = call.Now,
            UpdatedAt = call.Now,
        };
        call.World.Servers.Add(server);
        allocation.ServerId = server.Id;
    }

    private static UserRow Stranger(PanelCall call)
    {
        var id = call.World.NextId();
        var name = "stranger" + id.ToString(CultureInfo.InvariantCulture);
        var row = new UserRow
        {
            Id = id,
            Uuid = SeedData.Uuid(call.Random),
            Username = name,
            Email = name + "@elsewhere.invalid",
            FirstName = "A",
            LastName = "Stranger",
            CreatedAt = call.Now,
            UpdatedAt = call.Now,
        };
        call.World.Users.Add(row);
        return row;
    }

    private sealed record Wanted
    {
        public required string Name { get; init; }
        public string? ExternalId { get; init; }
        public string? Description { get; init; }
        public UserRow? User { get; init; }
        public EggRow? Egg { get; init; }
        public required string Image { get; init; }
        public required string Startup { get; init; }
        public int Memory { get; init; }
        public int Swap { get; init; }
        public int Disk { get; init; }
        public int Io { get; init; }
        public int Cpu { get; init; }
        public int? Databases { get; init; }
        public int? Backups { get; init; }
        public int? Allocations { get; init; }
        public AllocationRow? Allocation { get; init; }
        public bool StartOnCompletion { get; init; }
    }
}
