using System.Net;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Stories;

namespace EndToEnd.Tests.Crash;

/// <summary>An operator with a browser: signs in with a one-time code whenever the page asks for one, looks at the page, presses buttons; again when the bot died under the hand.</summary>
internal sealed partial class Operator(Town town) : IDisposable
{
    private readonly HttpClient _browser = new(new HttpClientHandler { CookieContainer = new CookieContainer() }) { BaseAddress = town.Run.Addresses.Product };
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The operator page as it is now.</summary>
    public async Task<string> PageAsync()
    {
        var page = "";
        await Town.UntilAsync("the operator page answers", async () => (page = await TryAsync(ReadAsync)) is not null);
        return page;
    }

    /// <summary>Presses a button until the page does not offer it any more.</summary>
    public async Task PressAsync(string action)
    {
        await Town.UntilAsync($"the page offers {action}", async () => (await PageAsync()).Contains(Form(action), StringComparison.Ordinal));
        await Town.UntilAsync($"{action} was done", async () =>
        {
            var page = await PageAsync();
            if (!page.Contains(Form(action), StringComparison.Ordinal))
            {
                return true;
            }

            await TryAsync(() => PostAsync(action, page));
            return false;
        });
    }

    /// <summary>Asks for a code to be typed on the phone with this number.</summary>
    public async Task LinkByCodeAsync(string number)
    {
        await PageAsync();
        const string Path = "/operator/session/link-by-code";
        await PostAsync(Path, await _browser.GetStringAsync(new Uri(Path, UriKind.Relative), Token), KeyValuePair.Create("number", number));
    }

    /// <summary>The path of a button whose claim's id stands in the page.</summary>
    public async Task<string> ActionAsync(string what)
    {
        string? path = null;
        await Town.UntilAsync($"the page offers {what}", async () =>
            (path = ClaimAction().Matches(await PageAsync()).Select(match => match.Groups[1].Value).FirstOrDefault(item => item.EndsWith(what, StringComparison.Ordinal))) is not null);
        return path!;
    }

    public void Dispose() => _browser.Dispose();

    private static string Form(string action) => $"action=\"{action}\"";

    private static async Task<string?> TryAsync(Func<Task<string>> work)
    {
        try
        {
            return await work();
        }
        catch (HttpRequestException)
        {
            return null; // the bot is down or died while it answered
        }
    }

    private async Task<string> ReadAsync()
    {
        var page = await _browser.GetStringAsync(new Uri("/", UriKind.Relative), Token);
        if (page.Contains(Form("/sign-in"), StringComparison.Ordinal))
        {
            var code = town.Run.OperatorLink.Fresh().Query.Split('=')[1];
            page = await PostAsync("/sign-in", page, KeyValuePair.Create("code", code)); // half a day signs everybody out
        }

        return page;
    }

    private async Task<string> PostAsync(string action, string page, params KeyValuePair<string, string>[] fields)
    {
        var field = Antiforgery().Match(page);
        using var body = new FormUrlEncodedContent([new(field.Groups[1].Value, field.Groups[2].Value), .. fields]);
        using var answer = await _browser.PostAsync(new Uri(action, UriKind.Relative), body, Token);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(Token);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\">")]
    private static partial Regex Antiforgery();

    [GeneratedRegex("action=\"(/operator/claims/[^\"]+)\"")]
    private static partial Regex ClaimAction();
}
