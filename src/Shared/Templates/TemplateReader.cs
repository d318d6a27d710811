using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Shared.Templates;

/// <summary>One template file, all its faults collected.</summary>
internal sealed partial class TemplateReader(string file, JsonElement root)
{
    private readonly List<string> faults = [];

    public IReadOnlyList<string> Faults => faults;

    public ServerTemplate Read()
    {
        var body = new Section(this, root, "");
        var name = body.Text("name", NamePattern());
        if (name.Length > 0 && name + ".json" != file)
        {
            Fault("name", "must be the name of the file");
        }
        var title = body.Object("title");
        var environment = ReadEnvironment(body);
        var template = new ServerTemplate(
            name,
            body.Text("version"),
            body.Flag("enabled"),
            new TemplateTitle(title.Text("id"), title.Text("en")),
            body.Number("nestId", 1, int.MaxValue) ?? 0,
            body.Number("eggId", 1, int.MaxValue) ?? 0,
            body.Text("eggName"),
            body.Text("image", ImagePattern()),
            body.Text("startup"),
            environment,
            ReadLimits(body.Object("limits")),
            ReadFeatureLimits(body.Object("featureLimits")),
            ReadHealth(body.Object("health"), environment));
        title.RefuseOthers();
        body.RefuseOthers();
        CheckStartup(template);
        return template;
    }

    private Dictionary<string, string> ReadEnvironment(Section body)
    {
        var section = body.Object("environment");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in section.Entries())
        {
            if (!VariablePattern().IsMatch(key))
            {
                Fault("environment." + key, "is not the name of a variable");
            }
            else if (value.ValueKind == JsonValueKind.String)
            {
                environment[key] = value.GetString() ?? "";
            }
            else
            {
                Fault("environment." + key, "must be a text");
            }
        }
        return environment;
    }

    private static TemplateLimits ReadLimits(Section limits)
    {
        var result = new TemplateLimits(
            limits.Number("memoryMiB", 16, 1_048_576, nullable: true),
            limits.Number("diskMiB", 16, 16_777_216, nullable: true),
            limits.Number("cpuPercent", 1, 6400, nullable: true),
            limits.Number("swapMiB", -1, 1_048_576) ?? 0,
            limits.Number("ioWeight", 10, 1000) ?? 500);
        limits.RefuseOthers();
        return result;
    }

    private static TemplateFeatureLimits ReadFeatureLimits(Section limits)
    {
        var result = new TemplateFeatureLimits(
            limits.Number("databases", 0, 100) ?? 0,
            limits.Number("backups", 0, 100) ?? 0,
            limits.Number("allocations", 0, 100) ?? 0);
        limits.RefuseOthers();
        return result;
    }

    private TemplateHealth ReadHealth(Section health, Dictionary<string, string> environment)
    {
        int? port = null;
        string? variable = null;
        if (health.Take("port") is { } value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Number when value.TryGetInt32(out var number) && number is >= 1 and <= 65535:
                    port = number;
                    break;
                case JsonValueKind.String when value.GetString() is { } text && VariablePattern().IsMatch(text):
                    variable = text;
                    CheckPortVariable(text, environment);
                    break;
                default:
                    Fault("health.port", "must be 1 to 65535 or the name of a variable");
                    break;
            }
        }
        var protocol = health.Text("protocol") switch
        {
            "tcp" => HealthProtocol.Tcp,
            "http" => HealthProtocol.Http,
            "" => HealthProtocol.Tcp, // its absence is a fault already
            _ => FaultAnd("health.protocol", "must be tcp or http", HealthProtocol.Tcp),
        };
        string? path = null;
        if (protocol == HealthProtocol.Http)
        {
            path = health.Text("path", PathPattern());
        }
        else if (health.Take("path", required: false) is { ValueKind: not JsonValueKind.Null })
        {
            Fault("health.path", "is for http only");
        }
        string? address = null;
        if (health.Take("address", required: false) is { ValueKind: not JsonValueKind.Null } named)
        {
            address = named.ValueKind == JsonValueKind.String && Uri.CheckHostName(named.GetString()) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
                ? named.GetString()
                : FaultAnd<string?>("health.address", "must be a host name or an IP address", null);
        }
        health.RefuseOthers();
        return new TemplateHealth(port, variable, protocol, path, address);
    }

    private void CheckPortVariable(string variable, Dictionary<string, string> environment)
    {
        if (variable == "SERVER_PORT")
        {
            return; // the panel sets it to the allocation's port
        }
        if (!environment.TryGetValue(variable, out var text))
        {
            Fault("health.port", $"names the variable {variable}, which environment does not hold");
        }
        else if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            Fault("environment." + variable, "is the health port and must be 1 to 65535");
        }
    }

    /// <summary>Variables that the start command uses must be there, for the panel stores absent ones as empty.</summary>
    private void CheckStartup(ServerTemplate template)
    {
        foreach (var variable in StartupVariable().Matches(template.Startup).Select(m => m.Groups[1].Value).Distinct(StringComparer.Ordinal))
        {
            if (!variable.StartsWith("SERVER_", StringComparison.Ordinal) && !template.Environment.ContainsKey(variable))
            {
                Fault("environment." + variable, "is missing, startup uses it");
            }
        }
    }

    private void Fault(string key, string what) => faults.Add($"{file}: {key} {what}");

    private T FaultAnd<T>(string key, string what, T value)
    {
        Fault(key, what);
        return value;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,30}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^~?[\w./\-:@ ]{1,191}\z")]
    private static partial Regex ImagePattern();

    [GeneratedRegex(@"^[A-Z_][A-Z0-9_]{0,60}\z")]
    private static partial Regex VariablePattern();

    [GeneratedRegex(@"^/[\x21-\x7e]{0,200}\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\{\{([A-Z_][A-Z0-9_]*)\}\}")]
    private static partial Regex StartupVariable();

    /// <summary>One object of the file: keys are taken, and what is left over is unknown.</summary>
    private sealed class Section
    {
        private readonly TemplateReader reader;
        private readonly string prefix;
        private readonly Dictionary<string, JsonElement> rest = new(StringComparer.Ordinal);

        /// <summary>The fault of the whole object is named already; its keys are not named one by one.</summary>
        private readonly bool silent;

        public Section(TemplateReader reader, JsonElement? element, string prefix)
        {
            (this.reader, this.prefix) = (reader, prefix);
            if (element is not { ValueKind: JsonValueKind.Object } value)
            {
                silent = true;
                if (element is not null)
                {
                    reader.Fault(prefix.Length == 0 ? "file" : prefix.TrimEnd('.'), "must be an object");
                }
                return;
            }
            foreach (var property in value.EnumerateObject())
            {
                if (!rest.TryAdd(property.Name, property.Value))
                {
                    reader.Fault(prefix + property.Name, "stands there twice");
                }
            }
        }

        public Dictionary<string, JsonElement> Entries() => rest;

        public JsonElement? Take(string key, bool required = true)
        {
            if (rest.Remove(key, out var value))
            {
                return value;
            }
            if (required && !silent)
            {
                reader.Fault(prefix + key, "is missing");
            }
            return null;
        }

        public Section Object(string key) => new(reader, Take(key), prefix + key + ".");

        public string Text(string key, Regex? pattern = null)
        {
            if (Take(key) is not { } value)
            {
                return "";
            }
            if (value.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(value.GetString()))
            {
                return reader.FaultAnd(prefix + key, "must be a text that is not empty", "");
            }
            var text = value.GetString() ?? "";
            return pattern is null || pattern.IsMatch(text) ? text : reader.FaultAnd(prefix + key, "has a form that is not allowed", "");
        }

        public bool Flag(string key) => Take(key) is { } value
            && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : reader.FaultAnd(prefix + key, "must be true or false", false));

        public int? Number(string key, int least, int most, bool nullable = false)
        {
            if (Take(key) is not { } value || (nullable && value.ValueKind == JsonValueKind.Null))
            {
                return null;
            }
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
                ? number
                : reader.FaultAnd<int?>(prefix + key, $"must be a whole number from {least} to {most}{(nullable ? " or null" : "")}", null);
        }

        public void RefuseOthers()
        {
            foreach (var key in rest.Keys)
            {
                reader.Fault(prefix + key, "is not known");
            }
        }
    }
}
