namespace Shared.Templates;

/// <summary>One kind of server a member may choose; read from <c>templates/NAME.json</c>.</summary>
public sealed record ServerTemplate(
    string Name,
    string Version,
    bool Enabled,
    TemplateTitle Title,
    int NestId,
    int EggId,
    string EggName,
    string Image,
    string Startup,
    IReadOnlyDictionary<string, string> Environment,
    TemplateLimits Limits,
    TemplateFeatureLimits FeatureLimits,
    TemplateHealth Health);

public sealed record TemplateTitle(string Id, string En);

/// <summary>Null means the standard tier of <see cref="Options.ClaimsOptions"/>, which is the rule.</summary>
public sealed record TemplateLimits(int? MemoryMiB, int? DiskMiB, int? CpuPercent, int SwapMiB, int IoWeight);

public sealed record TemplateFeatureLimits(int Databases, int Backups, int Allocations);

public enum HealthProtocol
{
    Tcp = 1,
    Http = 2,
}

/// <summary>Where a ready server answers.</summary>
/// <param name="Port">A fixed port, or null for the one in <paramref name="PortVariable"/>; both null is not allowed.</param>
/// <param name="PortVariable"><c>SERVER_PORT</c> (the allocation's port) or the name of an environment variable of the template.</param>
/// <param name="Path">Only for HTTP.</param>
/// <param name="Address">Host name or IP address to try instead of the allocation's; for nodes that this machine reaches by another way than members do.</param>
public sealed record TemplateHealth(int? Port, string? PortVariable, HealthProtocol Protocol, string? Path, string? Address = null)
{
    /// <summary>The port to try, given the allocation's.</summary>
    public int PortOf(IReadOnlyDictionary<string, string> environment, int allocationPort) =>
        Port ?? (PortVariable is null or "SERVER_PORT" || !environment.TryGetValue(PortVariable, out var value)
            ? allocationPort
            : int.Parse(value, System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>The templates in use, by name. A singleton made at start from <c>TemplateFolder.Load</c>.</summary>
public sealed record TemplateSet(IReadOnlyList<ServerTemplate> All)
{
    /// <summary>Those a member may choose, in the order they are numbered.</summary>
    public IReadOnlyList<ServerTemplate> Enabled { get; } = [.. All.Where(t => t.Enabled)];

    /// <summary>Null when the operator has removed it.</summary>
    public ServerTemplate? Find(string name) => All.FirstOrDefault(t => t.Name == name);
}
