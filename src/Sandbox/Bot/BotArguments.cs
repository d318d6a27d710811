using Sandbox.Run;
using WaBot.Hosting;
using WaBot.Options;

namespace Sandbox.Bot;

/// <summary>What the child is started with: WaBot's ordinary options by command line, secrets and the sandbox's own by environment.</summary>
internal static class BotArguments
{
    public const string EndpointVariable = "WABOT_SANDBOX_SERVICE";
    public const string TrustRootVariable = "WABOT_SANDBOX_TRUST_ROOT";
    public const string AuthorityVariable = "WABOT_SANDBOX_AUTHORITY";
    public const string QrFileVariable = "WABOT_SANDBOX_QR_FILE";
    public const string CodeFileVariable = "WABOT_SANDBOX_CODE_FILE";
    public const string LinkPhoneVariable = "WABOT_SANDBOX_LINK_PHONE";

    public static IReadOnlyList<string> For(SandboxOptions options, SandboxRun run)
    {
        var settings = new List<KeyValuePair<string, string>>
        {
            new("EnvFile", "none"),
            new("Group:TargetIds:0", run.Group.ToString()),
            new("Panel:BaseAddress", (run.Panel?.BaseAddress ?? options.Panel!).ToString()),
            new("Panel:LocationId", "1"),
            new("Panel:EmailDomain", "members.invalid"),
            new("WhatsApp:Folder", Path.Combine(run.BotFolder, "auth_state")),
            new("WhatsApp:DeviceName", "WaBot sandbox"),
            new("Database:Folder", Path.Combine(run.BotFolder, "data")),
            new("Templates:Folder", options.Templates ?? Path.Combine(AppContext.BaseDirectory, "templates")),
            new("Web:Listen", run.Addresses.Product.GetLeftPart(UriPartial.Authority)),
            new("Alerts:WebhookUrl", new Uri(run.Page, "/api/alerts").ToString()),
            new("Alerts:Shape", "Discord"),
        };
        settings.AddRange(options.BotOptions); // the later one wins
        return [.. settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value })];
    }

    public static IReadOnlyDictionary<string, string> EnvironmentFor(SandboxOptions options, SandboxRun run) => new Dictionary<string, string>
    {
        ["Panel__ApiKey"] = run.Panel?.ApiKey ?? options.PanelKey!,
        ["Web__SetupCode"] = run.Addresses.SetupCode,
        [EndpointVariable] = (run.World?.SecureEndpoint ?? options.WhatsApp!).ToString(),
        [AuthorityVariable] = Convert.ToBase64String(run.World?.Authority.RawData ?? options.Authority ?? []),
        [TrustRootVariable] = Convert.ToHexStringLower(run.World?.TrustRoot ?? options.TrustRoot!),
        [QrFileVariable] = run.QrFile,
        [CodeFileVariable] = run.CodeFile,
        [LinkPhoneVariable] = options.LinkPhone ?? "",
        [BotProcess.FailPointsVariable] = run.FailPointFolder,
    };

    /// <summary>Reads the bot's configuration as the bot will, so that its faults are told here and not by a child that dies at once.</summary>
    /// <exception cref="ConfigurationFaultException">Names every fault of the options and templates.</exception>
    public static void Check(SandboxOptions options, SandboxRun run)
    {
        var configuration = new ConfigurationManager();
        ConfigurationSources.Use(configuration, [.. For(options, run)]);
        configuration.AddInMemoryCollection(EnvironmentFor(options, run).Where(variable => variable.Key.Contains("__", StringComparison.Ordinal))
            .Select(variable => new KeyValuePair<string, string?>(variable.Key.Replace("__", ":", StringComparison.Ordinal), variable.Value)));
        _ = WaBotOptions.Read(configuration);
    }

    /// <summary>The bot's data folder, wherever the options put it.</summary>
    public static string DataFolderOf(SandboxOptions options, SandboxRun run) =>
        options.BotOptions.LastOrDefault(option => option.Key.Equals("Database:Folder", StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } other
            ? Path.GetFullPath(other)
            : Path.Combine(run.BotFolder, "data");
}
