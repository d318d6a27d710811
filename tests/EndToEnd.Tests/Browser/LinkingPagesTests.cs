using System.Text.Json;
using EndToEnd.Tests.Stories;
using Microsoft.Playwright;
using Sandbox.Run;

namespace EndToEnd.Tests.Browser;

/// <summary>Linking by code, with the passkey, and logging out, by clicking through the operator page; without script there, on a screen of 360 pixels.</summary>
public sealed class LinkingPagesTests
{
    private const int PhoneWidth = 360, DeskWidth = 1280;
    private static readonly LocatorAssertionsToBeVisibleOptions Patience = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToContainTextOptions TextPatience = new() { Timeout = 60_000 };

    [Fact]
    public async Task A_code_links_the_bot_and_logging_out_unlinks_it_for_another()
    {
        await using var chromium = await Chromium.StartAsync(PhoneWidth);
        await using var town = await Town.OpenAsync(members: 1, pair: false);
        var sandbox = await chromium.Context.NewPageAsync();
        await sandbox.GotoAsync(town.Run.Page.ToString());
        var page = await OperatorAsync(chromium, town);

        await page.GetByRole(AriaRole.Link, new() { Name = "Link with a code instead" }).ClickAsync();
        await page.GetByLabel("Number of the bot's phone").FillAsync("0812");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the code" }).ClickAsync();
        await Assertions.Expect(page.Locator("#fault")).ToContainTextAsync("no phone number", TextPatience);
        await page.GetByLabel("Number of the bot's phone").FillAsync("+" + town.Phone(SandboxRun.BotAccount).Jid.User);
        await LookAsync(page, "link-by-code");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the code" }).ClickAsync();
        await Assertions.Expect(page.Locator("#code")).ToBeVisibleAsync(Patience);
        await LookAsync(page, "code-shown");

        // The bot's phone types it.
        await sandbox.GetByLabel("Code on the bot's phone").FillAsync(await page.Locator("#code").InnerTextAsync());
        await sandbox.GetByRole(AriaRole.Button, new() { Name = "Type it" }).ClickAsync();
        await Assertions.Expect(page.Locator("#session")).ToContainTextAsync("Connected and logged in", TextPatience);
        await LookAsync(sandbox, "sandbox");

        // Logging out really unlinks: the phone lists nothing, and the next link is a new one.
        await page.GetByRole(AriaRole.Link, new() { Name = "Log out" }).ClickAsync();
        await page.Locator("#confirm").FillAsync("LOG OUT");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await Assertions.Expect(page.Locator("#session")).ToContainTextAsync("the link to the account was removed", TextPatience);
        Assert.Empty((await town.Phone(SandboxRun.BotAccount).ViewAsync()).Companions);
        await LookAsync(page, "logged-out");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show a QR code" }).ClickAsync();
        await Assertions.Expect(page.Locator("#qr svg")).ToBeVisibleAsync(Patience);
        await LookAsync(page, "qr");
        await sandbox.Locator("#scan").ClickAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator("#session")).ToContainTextAsync("Connected and logged in", TextPatience);
        Assert.Single((await town.Phone(SandboxRun.BotAccount).ViewAsync()).Companions);
    }

    [Fact]
    public async Task An_account_with_a_passkey_is_linked_by_the_line_the_page_gives_run_in_a_browser_with_an_authenticator()
    {
        await using var chromium = await Chromium.StartAsync(PhoneWidth);
        await using var town = await Town.OpenAsync(members: 1, pair: false);
        var phone = town.Phone(SandboxRun.BotAccount);
        await phone.DemandPasskeyAsync(true);
        var page = await OperatorAsync(chromium, town);
        await page.GetByRole(AriaRole.Link, new() { Name = "Link with a code instead" }).ClickAsync();
        await page.GetByLabel("Number of the bot's phone").FillAsync(phone.Jid.User);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the code" }).ClickAsync();
        await Assertions.Expect(page.Locator("#code")).ToBeVisibleAsync(Patience);
        var linked = phone.TypeCodeAsync(await page.Locator("#code").InnerTextAsync(), TestContext.Current.CancellationToken);
        await Assertions.Expect(page.Locator("#passkey")).ToBeVisibleAsync(Patience);
        await LookAsync(page, "passkey-required");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign with the passkey" }).ClickAsync();
        await LookAsync(page, "passkey");

        await page.Locator("#answer").FillAsync("not an answer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand it in" }).ClickAsync();
        await Assertions.Expect(page.Locator("#fault")).ToContainTextAsync("not what a passkey answers", TextPatience);
        var answer = await SignAsync(chromium, phone.Passkey!.CredentialId, phone.Passkey.PrivateKey, await page.Locator("#line").InputValueAsync());
        await page.Locator("#answer").FillAsync(answer);
        await page.GetByRole(AriaRole.Button, new() { Name = "Hand it in" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "It is the same" })).ToBeVisibleAsync(Patience);
        Assert.Equal(await phone.ShownCodeAsync(), await page.Locator("#code").InnerTextAsync());
        await LookAsync(page, "compare");
        await page.GetByRole(AriaRole.Button, new() { Name = "It is the same" }).ClickAsync();
        Assert.Equal(Sandbox.Phones.ScanOutcome.Linked, await linked);
        await Assertions.Expect(page.Locator("#session")).ToContainTextAsync("Connected and logged in", TextPatience);
    }

    private static async Task<IPage> OperatorAsync(Chromium chromium, Town town)
    {
        await Town.UntilAsync("the bot offers a QR", () => town.Run.ReadQr() is not null);
        var page = await chromium.Context.NewPageAsync();
        await page.GotoAsync(new Uri(town.Run.Page, "/operator").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the operator page" }).ClickAsync();
        await Assertions.Expect(page.Locator("#qr svg")).ToBeVisibleAsync(Patience);
        return page;
    }

    /// <summary>The owner's side: a page of WhatsApp's name that this test answers itself, an authenticator of Chromium's own, and the line in its console.</summary>
    private static async Task<string> SignAsync(Chromium chromium, byte[] credential, byte[] key, string line)
    {
        await using var owner = await chromium.StrangerAsync(DeskWidth);
        await owner.RouteAsync("https://web.whatsapp.com/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html><title>owner</title>" }));
        var page = await owner.NewPageAsync();
        await page.GotoAsync("https://web.whatsapp.com/");
        var devices = await owner.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        var made = await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true },
        });
        await devices.SendAsync("WebAuthn.addCredential", new()
        {
            ["authenticatorId"] = made!.Value.GetProperty("authenticatorId").GetString()!,
            ["credential"] = new Dictionary<string, object>
            {
                ["credentialId"] = Convert.ToBase64String(credential),
                ["isResidentCredential"] = true,
                ["rpId"] = "whatsapp.com",
                ["privateKey"] = Convert.ToBase64String(key),
                ["userHandle"] = Convert.ToBase64String([1]),
                ["signCount"] = 1,
            },
        });
        var printed = await page.RunAndWaitForConsoleMessageAsync(() => page.EvaluateAsync(line));
        using var answer = JsonDocument.Parse(printed.Text); // what it printed is one line of JSON
        return printed.Text;
    }

    /// <summary>Nothing sticks out to the side, on a phone and on a desk; with WABOT_SCREENSHOTS a picture of each is kept there.</summary>
    private static async Task LookAsync(IPage page, string name)
    {
        foreach (var width in (int[])[DeskWidth, PhoneWidth])
        {
            await page.SetViewportSizeAsync(width, 780);
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            if (Environment.GetEnvironmentVariable("WABOT_SCREENSHOTS") is { Length: > 0 } folder)
            {
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true });
            }
        }
    }
}
