using System.Collections;
using WaBot.Options;

namespace WaBot.Hosting;

/// <summary>Where options come from, the later winning: appsettings.json (shipped, then the owner's), .env, environment, command line.</summary>
internal static class ConfigurationSources
{
    private const string EnvFileKey = "EnvFile";

    /// <exception cref="ConfigurationFaultException">The .env file is readable by others or malformed.</exception>
    public static void Use(ConfigurationManager configuration, string[] args)
    {
        var commandLine = new ConfigurationBuilder().AddCommandLine(args).Build();
        var envFile = commandLine[EnvFileKey] ?? ".env";
        configuration.Sources.Clear();
        configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false);
        configuration.AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true, reloadOnChange: false);
        if (envFile != "none")
        {
            configuration.AddInMemoryCollection(EnvironmentAliases.Translate(EnvFile.Read(Path.GetFullPath(envFile))));
        }
        // Other programs' variables may hold "__" too; in a file of ours or on our command line an unknown section is a slip of the pen.
        configuration.AddInMemoryCollection(EnvironmentAliases.Translate(Variables()).Where(v => WaBotOptions.IsSection(v.Key.Split(':')[0])));
        configuration.AddCommandLine(args);
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(v => new KeyValuePair<string, string>((string)v.Key, (string?)v.Value ?? ""));
}
