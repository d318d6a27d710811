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
    public static string Of(WebOptions web, string code) =>
        $"""

        Operator page: {web.PublicUrl ?? web.Listen}
        Set-up code (opens once): {code}
        Or open directly: {new Uri(web.PublicUrl ?? web.Listen ?? new Uri("http://127.0.0.1/"), "sign-in?code=" + code)}

        """;
}
