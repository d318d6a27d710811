namespace WaBot.Options;

/// <summary>The names the owner's environment already uses.</summary>
internal static class EnvironmentAliases
{
    /// <summary>Environment name → key.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TARGET_GROUP_ID"] = "Group:TargetIds",
        ["PTERODACTYL_URL"] = "Panel:BaseAddress",
        ["PTERODACTYL_API_KEY"] = "Panel:ApiKey",
        ["PTERODACTYL_LOCATION_ID"] = "Panel:LocationId",
        ["DEFAULT_SERVER_MEMORY"] = "Claims:MemoryMiB",
        ["DEFAULT_SERVER_DISK"] = "Claims:DiskMiB",
        ["DEFAULT_SERVER_CPU"] = "Claims:CpuPercent",
        ["WEBHOOK_SECRET"] = "Webhook:Secret",
    };

    /// <summary>Key → environment name, for messages.</summary>
    public static readonly IReadOnlyDictionary<string, string> ByKey = All.ToDictionary(a => a.Value, a => a.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>Variables as configuration keys: aliases translated, <c>Section__Key</c> as ASP.NET writes it, the rest left out.</summary>
    public static Dictionary<string, string?> Translate(IEnumerable<KeyValuePair<string, string>> variables)
    {
        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in variables)
        {
            if (All.TryGetValue(name, out var key))
            {
                keys[key] = value;
            }
            else if (name.Contains("__", StringComparison.Ordinal))
            {
                keys[name.Replace("__", ":", StringComparison.Ordinal)] = value;
            }
        }
        return keys;
    }
}
