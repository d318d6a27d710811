using Shared.Options;
using Shared.Templates;

namespace WaBot.Options;

/// <summary>Everything the owner can set, read and checked as a whole.</summary>
internal sealed record WaBotOptions(
    GroupOptions Group,
    PanelOptions Panel,
    ClaimsOptions Claims,
    WhatsAppOptions Session,
    WebOptions Web,
    WebhookOptions Webhook,
    AlertOptions Alerts,
    DatabaseOptions Database,
    JobsOptions Jobs,
    LogOptions Log,
    TemplateSet Templates)
{
    /// <summary>The sections of the configuration, each with the record it is read into.</summary>
    public static readonly IReadOnlyList<(string Name, Type Options)> Sections =
    [
        ("Group", typeof(GroupOptions)), ("Panel", typeof(PanelOptions)), ("Claims", typeof(ClaimsOptions)), ("WhatsApp", typeof(WhatsAppOptions)), ("Web", typeof(WebOptions)),
        ("Webhook", typeof(WebhookOptions)), ("Alerts", typeof(AlertOptions)), ("Database", typeof(DatabaseOptions)), ("Jobs", typeof(JobsOptions)), ("Log", typeof(LogOptions)), ("Templates", typeof(TemplatesOptions)),
    ];

    /// <summary>Not ours to read: the framework's log levels, and where our own variables come from.</summary>
    private static readonly IReadOnlyList<string> OtherSections = ["Logging", "EnvFile"];

    public static bool IsSection(string name) => Sections.Any(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) || OtherSections.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ConfigurationFaultException">Names every fault at once.</exception>
    public static WaBotOptions Read(IConfiguration configuration)
    {
        var reader = new OptionsReader(configuration, EnvironmentAliases.ByKey);
        var options = new WaBotOptions(
            reader.Read<GroupOptions>("Group"),
            reader.Read<PanelOptions>("Panel"),
            reader.Read<ClaimsOptions>("Claims"),
            reader.Read<WhatsAppOptions>("WhatsApp"),
            reader.Read<WebOptions>("Web"),
            reader.Read<WebhookOptions>("Webhook"),
            reader.Read<AlertOptions>("Alerts"),
            reader.Read<DatabaseOptions>("Database"),
            reader.Read<JobsOptions>("Jobs"),
            reader.Read<LogOptions>("Log"),
            new TemplateSet([]));
        OptionsRules.Check(options, reader);
        foreach (var unknown in configuration.GetChildren().Where(section => !IsSection(section.Key)))
        {
            reader.Add(unknown.Key, $"is not a section of the options; the sections are {string.Join(", ", Sections.Select(s => s.Name))}");
        }
        var faults = reader.Faults.ToList();
        var templates = LoadTemplates(reader.Read<TemplatesOptions>("Templates").Folder, faults);
        return faults.Count == 0 ? options with { Templates = templates } : throw new ConfigurationFaultException(faults);
    }

    /// <summary>The values a log must never show, whatever way they take to it.</summary>
    public IEnumerable<string> Secrets =>
        new[] { Panel.ApiKey, Web.SetupCode, Webhook.Secret, Webhook.PreviousSecret, Alerts.WebhookUrl?.AbsoluteUri, Alerts.WebhookUrl?.AbsolutePath }
            .OfType<string>().Where(s => s.Length >= 8);

    public string DataFile(string name) => Path.GetFullPath(Path.Combine(Database.Folder, name));

    public string LogFolder => Path.GetFullPath(Log.Folder ?? Path.Combine(Database.Folder, "logs"));

    /// <inheritdoc />
    public override string ToString() => nameof(WaBotOptions);

    private static TemplateSet LoadTemplates(string folder, List<string> faults)
    {
        try
        {
            return TemplateFolder.Load(Path.GetFullPath(folder));
        }
        catch (TemplateFolderException fault)
        {
            faults.AddRange(fault.Faults.Select(f => $"Template {f}."));
            return new TemplateSet([]);
        }
    }
}

/// <summary>The configuration is wrong; the host refuses to start.</summary>
public sealed class ConfigurationFaultException(IReadOnlyList<string> faults)
    : Exception($"The configuration has {faults.Count} fault(s); nothing was started:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Select(f => " - " + f))}")
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
