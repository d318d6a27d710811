using EndToEnd.Tests.Stories;
using Sandbox.Phones;
using Sandbox.Run;

namespace EndToEnd.Tests.Crash.Acts;

/// <summary>Linking, until it holds.</summary>
internal static class LinkActs
{
    /// <summary>Linking has a town of its own for each point; see <see cref="LinkingCrashTests"/>.</summary>
    public static Task NoneAsync(Scene scene) => Task.CompletedTask;

    /// <summary>Scans whenever a QR is shown (or types whenever a code is) and presses "Reconnect" whenever the page offers it, until the bot is logged in, or until something else holds.</summary>
    public static async Task LinkAsync(Town town, Operator @operator, Func<bool>? until = null, bool byCode = false)
    {
        var phone = town.Phone(SandboxRun.BotAccount);
        await Town.UntilAsync("the bot is linked and logged in", async () =>
        {
            if (until?.Invoke() == true)
            {
                return true;
            }

            if (!byCode && town.Run.ReadQr() is { } qr)
            {
                await phone.ScanAsync(qr, TestContext.Current.CancellationToken);
            }

            if (byCode && town.Run.ReadCode() is { } code)
            {
                await phone.TypeCodeAsync(code, TestContext.Current.CancellationToken);
            }

            var page = await @operator.PageAsync();
            if (page.Contains("action=\"/operator/session/reconnect\"", StringComparison.Ordinal))
            {
                await @operator.PressAsync("/operator/session/reconnect");
            }

            return until is null && page.Contains("Connected and logged in", StringComparison.Ordinal);
        });
    }
}
