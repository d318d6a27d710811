using WaBot.Hosting;
using WaBot.Logging;
using WaBot.Options;
using WaBot.Web;

namespace WaBot;

/// <summary>The product's executable, as a thing that can be built, replaced in parts and run.</summary>
public static class WaBotHost
{
    /// <summary>sysexits.h: the configuration is wrong. The service manager does not try again.</summary>
    private const int ConfigurationExitCode = 78;

    /// <summary>sysexits.h: something is in the way that may be gone later, such as a second process on the same folder.</summary>
    internal const int InTheWayExitCode = 75;

    /// <summary>sysexits.h: the command line is wrong.</summary>
    private const int UsageExitCode = 64;

    public static Task<int> RunAsync(string[] args) => RunAsync(args, Console.Out, Console.Error);

    internal static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        try
        {
            if (args is ["help"] || args.Any(argument => argument is "--help" or "-h" or "-?"))
            {
                await output.WriteLineAsync(HelpText.Of());
                return 0;
            }
            if (args is ["sign-in", .. var rest])
            {
                await output.WriteLineAsync(SignInText.Issue(rest));
                return 0;
            }
            if (args is ["rebuild", .. var rebuild])
            {
                return await Reconcile.RebuildCommand.RunAsync(rebuild, output, errors);
            }
            if (args is ["user", "token", .. var token])
            {
                return await Web.Admin.TokenCommand.RunAsync(token, output, errors);
            }
            if (args is [var word, ..] && !word.StartsWith('-'))
            {
                await errors.WriteLineAsync($"'{word}' is not a command. The commands are sign-in, user token, rebuild and help; without one the host runs.");
                return UsageExitCode;
            }
            await using var app = Build(args, replace: null);
            await app.RunAsync();
            return 0;
        }
        catch (ConfigurationFaultException fault)
        {
            await errors.WriteLineAsync(fault.Message);
            return ConfigurationExitCode;
        }
        catch (WhatsApp.SessionStoreException fault)
        {
            await errors.WriteLineAsync(fault.Message);
            return InTheWayExitCode;
        }
    }

    /// <summary>The host, not yet started.</summary>
    /// <param name="args"><c>--Section:Key value</c>; <c>--EnvFile none</c> leaves the .env file of the working folder alone.</param>
    /// <param name="replace">Called last: what it registers wins.</param>
    /// <exception cref="ConfigurationFaultException">Names every fault of the configuration at once.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "wabot", EnvironmentName = Environments.Production });
        ConfigurationSources.Use(builder.Configuration, args);
        var options = WaBotOptions.Read(builder.Configuration);
        builder.Logging.AddWaBotLogging(builder.Configuration, options);
        builder.WebHost.UseUrls(options.Web.Listen?.ToString() ?? "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        builder.Services.AddSystemd();
        builder.Services.AddWaBot(options);
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseWaBotWeb();
        return app;
    }
}
