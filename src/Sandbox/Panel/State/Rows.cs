namespace Sandbox.Panel.State;

/// <summary>A person with a login on the simulated panel.</summary>
internal sealed class UserRow
{
    public required int Id { get; init; }
    public required string Uuid { get; init; }
    public string? ExternalId { get; set; }
    public required string Username { get; set; }
    public required string Email { get; set; }
    public required string FirstName { get; set; }
    public required string LastName { get; set; }
    public bool RootAdmin { get; set; }
    public string? PasswordHash { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A user whose row is committed only later; until then nobody can see it.</summary>
internal sealed record LateUserRow(DateTimeOffset AppearsAt, UserRow User);

/// <summary>A server as the panel knows it, with what the node really does beside it.</summary>
internal sealed class ServerRow
{
    public required int Id { get; init; }
    public required string Uuid { get; init; }
    public string? ExternalId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";

    /// <summary>null, "installing", "install_failed" or "suspended".</summary>
    public string? Status { get; set; }
    public required int UserId { get; set; }
    public required int NodeId { get; init; }
    public required int AllocationId { get; init; }
    public required int NestId { get; init; }
    public required int EggId { get; init; }
    public required string Image { get; init; }
    public required string Startup { get; init; }
    public required Dictionary<string, string> Environment { get; init; }
    public int Memory { get; set; }
    public int Swap { get; init; }
    public int Disk { get; set; }
    public int Io { get; init; }
    public int Cpu { get; set; }
    public int? Databases { get; init; }
    public int? Backups { get; init; }
    public int? Allocations { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    public bool StartOnCompletion { get; init; }

    /// <summary>When the install ends; null once it has, and while it is stuck.</summary>
    public DateTimeOffset? InstallEndsAt { get; set; }
    public bool InstallWillFail { get; init; }
    public PortBehaviour PortBehaviour { get; set; }

    /// <summary>The process runs, so the port is open.</summary>
    public bool Running { get; set; }

    /// <summary>A suspended process is given a while before it is killed.</summary>
    public DateTimeOffset? StopsAt { get; set; }

    /// <summary>Set when the node will fail and the panel will take the row back, or when a deletion is committed later.</summary>
    public DateTimeOffset? VanishesAt { get; set; }

    /// <summary>Set when the row is committed only later; until then nobody can see it.</summary>
    public DateTimeOffset? AppearsAt { get; set; }
}

/// <summary>What an application does with connections once its server runs.</summary>
internal enum PortBehaviour
{
    Answers,
    NeverOpens,
    ClosesAtOnce,
}

internal sealed class AllocationRow
{
    public required int Id { get; init; }
    public required int NodeId { get; init; }
    public required string Ip { get; init; }
    public string? Alias { get; set; }
    public required int Port { get; init; }
    public int? ServerId { get; set; }
}

internal sealed class NodeRow
{
    public required int Id { get; init; }
    public required string Uuid { get; init; }
    public required string Name { get; init; }
    public required int LocationId { get; init; }
    public string Fqdn { get; set; } = "127.0.0.1";
    public bool Public { get; set; } = true;
    public bool MaintenanceMode { get; set; }
    public int Memory { get; set; }
    public int MemoryOverallocate { get; set; }
    public int Disk { get; set; }
    public int DiskOverallocate { get; set; }

    /// <summary>The node's daemon refuses connections.</summary>
    public bool DaemonDown { get; set; }
}

internal sealed record LocationRow(int Id, string Short, string Long);

internal sealed record NestRow(int Id, string Uuid, string Name);

internal sealed record EggVariableRow(int Id, string Name, string EnvVariable, string DefaultValue, string Rules);

internal sealed record EggRow(int Id, string Uuid, int NestId, string Name, string Startup, Dictionary<string, string> Images, List<EggVariableRow> Variables);

/// <summary>An application key. Rights: 0 none, 1 read, 2 write, 3 both.</summary>
internal sealed record KeyRow(string Key, Dictionary<string, int> Rights);
