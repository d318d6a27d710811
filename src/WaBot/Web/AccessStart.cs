using WaBot.Options;

namespace WaBot.Web;

/// <summary>Prints the set-up code of a first start to the console, where only whoever started the host reads it; it is no log line.</summary>
internal sealed class AccessStart(OperatorAccess access, WebOptions web) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (access.Prepare(web.SetupCode) is { } code)
        {
            Console.Out.WriteLine(SignInText.Of(web, code));
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class SignInText
{
    /// <summary>A new code for a host that runs or will run on this configuration.</summary>
    public static string Issue(string[] args)
    {
        var configuration = new ConfigurationManager();
        Hosting.ConfigurationSources.Use(configuration, args);
        var options = WaBotOptions.Read(configuration);
        using var access = new OperatorAccess(options.DataFile("operator-access.json"), new Shared.Chance.SystemRandomBytes());
        return Of(options.Web, access.Issue());
    }

    public static string Of(WebOptions web, string code) =>
        $"""

        Operator page: {web.PublicUrl ?? web.Listen}
        Set-up code (opens once): {code}
        Or open directly: {new Uri(web.PublicUrl ?? web.Listen ?? new Uri("http://127.0.0.1/"), "sign-in?code=" + code)}

        """;
}
