using System.Text.Json.Serialization;

namespace Provisioning.Panel;

// The parts of the panel's answers that are used. Anything may be missing or null in a variant of the panel: unknown members are ignored,
// and what the product cannot do without is checked in PanelClient.

internal sealed record PanelUser
{
    public int Id { get; init; }
    public string? ExternalId { get; init; }
    public string Username { get; init; } = "";
    public string Email { get; init; } = "";
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public bool? RootAdmin { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"panel user {Id}"; // a record would print whose it is
}

internal sealed record PanelServer
{
    public int Id { get; init; }
    public string? ExternalId { get; init; }
    public string? Identifier { get; init; }
    public string? Status { get; init; }
    public bool? Suspended { get; init; }
    public int? User { get; init; }
    public int? Node { get; init; }
    public int? Allocation { get; init; }
    public int? Egg { get; init; }
    public PanelLimits? Limits { get; init; }
    public PanelContainer? Container { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How old the row is by the panel's own clock; null when the panel does not say.</summary>
    [JsonIgnore]
    public TimeSpan? Age { get; init; }

    public PanelServerRelations? Relationships { get; init; }

    public bool IsInstalling => Status == "installing";

    /// <inheritdoc />
    public override string ToString() => $"panel server {Id}";
}

internal sealed record PanelServerRelations
{
    public PanelItem<PanelUser>? User { get; init; }
}

internal sealed record PanelLimits
{
    public double? Memory { get; init; }
    public double? Swap { get; init; }
    public double? Disk { get; init; }
    public double? Io { get; init; }
    public double? Cpu { get; init; }
}

internal sealed record PanelContainer
{
    public string? Image { get; init; }

    /// <summary>0 or 1; a boolean in some variants.</summary>
    [JsonConverter(typeof(FlagConverter))]
    public bool? Installed { get; init; }
}

internal sealed record PanelNode
{
    public int Id { get; init; }
    public bool? Public { get; init; }
    public string? Fqdn { get; init; }
    public int? LocationId { get; init; }
    public bool? MaintenanceMode { get; init; }
    public double? Memory { get; init; }
    public double? MemoryOverallocate { get; init; }
    public double? Disk { get; init; }
    public double? DiskOverallocate { get; init; }
    public PanelAllocated? AllocatedResources { get; init; }
    public PanelNodeRelations? Relationships { get; init; }
}

internal sealed record PanelAllocated
{
    public double? Memory { get; init; }
    public double? Disk { get; init; }
}

internal sealed record PanelNodeRelations
{
    public PanelList<PanelAllocation>? Allocations { get; init; }
}

internal sealed record PanelAllocation
{
    public int Id { get; init; }
    public string? Ip { get; init; }
    public string? Alias { get; init; }
    public int? Port { get; init; }
    public bool? Assigned { get; init; }
}

internal sealed record PanelEgg
{
    public int Id { get; init; }
    public string? Name { get; init; }
    public PanelEggRelations? Relationships { get; init; }
}

internal sealed record PanelEggRelations
{
    public PanelList<PanelEggVariable>? Variables { get; init; }
}

internal sealed record PanelEggVariable
{
    public string EnvVariable { get; init; } = "";

    /// <summary>Separated by bars; an array in some variants.</summary>
    [JsonConverter(typeof(RulesConverter))]
    public IReadOnlyList<string>? Rules { get; init; }
}

internal sealed record PanelItem<T>
{
    public T? Attributes { get; init; }
}

internal sealed record PanelList<T>
{
    public IReadOnlyList<PanelItem<T>>? Data { get; init; }
    public PanelListMeta? Meta { get; init; }
}

internal sealed record PanelListMeta
{
    public PanelPagination? Pagination { get; init; }
}

internal sealed record PanelPagination
{
    public int? CurrentPage { get; init; }
    public int? TotalPages { get; init; }
}

internal sealed record PanelErrors
{
    public IReadOnlyList<PanelError>? Errors { get; init; }
}

internal sealed record PanelError
{
    public string? Code { get; init; }
    public PanelErrorMeta? Meta { get; init; }
}

internal sealed record PanelErrorMeta
{
    public string? SourceField { get; init; }
    public string? Rule { get; init; }
}

/// <summary>A user to be created or brought up to date.</summary>
internal sealed record UserRequest(string? ExternalId, string Email, string Username, string FirstName, string LastName, string Password, bool RootAdmin = false)
{
    public string Language { get; init; } = "en";

    /// <inheritdoc />
    public override string ToString() => "user request"; // a record would print the password
}

/// <summary>A server to be created. oom_disabled is left out on purpose: the panel refuses null and its own default is wanted.</summary>
internal sealed record ServerRequest(
    string Name,
    string ExternalId,
    int User,
    int Egg,
    string DockerImage,
    string Startup,
    IReadOnlyDictionary<string, string> Environment,
    ServerLimitsRequest Limits,
    FeatureLimitsRequest FeatureLimits,
    AllocationRequest Allocation)
{
    public bool StartOnCompletion { get; init; } = true;

    /// <inheritdoc />
    public override string ToString() => "server request";
}

internal sealed record ServerLimitsRequest(int Memory, int Swap, int Disk, int Io, int Cpu);

internal sealed record FeatureLimitsRequest(int Databases, int Backups, int Allocations);

internal sealed record AllocationRequest(int Default);

/// <summary>New limits. The panel wants allocation and feature limits along with them.</summary>
internal sealed record BuildRequest(int Allocation, ServerLimitsRequest Limits, FeatureLimitsRequest FeatureLimits);
