using System.Text.RegularExpressions;
using EndToEnd.Tests.Stories;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Browser;

/// <summary>Pairing and a claim by clicking, on a screen of 360 pixels, through both pages.</summary>
public sealed partial class PagesTests
{
    private const int PhoneWidth = 360;
    private static readonly LocatorAssertionsToBeVisibleOptions Patience = new() { Timeout = 60_000 };
    private static readonly LocatorAssertionsToContainTextOptions TextPatience = new() { Timeout = 60_000 };

    [Fact]
    public async Task Pairing_and_a_claim_are_played_by_clicking_and_the_operator_page_shows_each_state()
    {
        await using var chromium = await Chromium.StartAsync(PhoneWidth);
        await using var town = await Town.OpenAsync(pair: false);
        var faults = new List<string>();
        chromium.Context.WebError += (_, fault) => faults.Add(fault.Error);
        var sandbox = await chromium.Context.NewPageAsync();
        await sandbox.GotoAsync(town.Run.Page.ToString());

        // The operator signs in by the link; the QR is there before the scan.
        await Assertions.Expect(sandbox.Locator("#session")).ToContainTextAsync("waits to be linked", TextPatience);
        var operatorPage = await chromium.Context.RunAndWaitForPageAsync(() => sandbox.Locator("#operator").ClickAsync());
        await RefuseWrongCodeAsync(operatorPage, sandbox);
        await operatorPage.GetByRole(AriaRole.Button, new() { Name = "Open the operator page" }).ClickAsync();
        await Assertions.Expect(operatorPage.Locator("#qr svg")).ToBeVisibleAsync(Patience);
        await FitsAsync(operatorPage);
        await RefuseUsedCodeAsync(chromium, operatorPage, town);

        // Scanned, the QR goes away by itself and the page says so.
        await sandbox.Locator("#scan").ClickAsync();
        await Assertions.Expect(sandbox.Locator("#session")).ToContainTextAsync("linked and connected", TextPatience);
        await Assertions.Expect(operatorPage.Locator("#session")).ToContainTextAsync("Connected and logged in", TextPatience);
        await Assertions.Expect(operatorPage.Locator("#qr")).ToHaveCountAsync(0);

        await ClaimAsync(sandbox);
        await FitsAsync(sandbox);
        await operatorPage.ReloadAsync();
        await Assertions.Expect(operatorPage.Locator("#claims li[data-state=Active]")).ToContainTextAsync("ani_27");

        // The switch for deletions.
        await operatorPage.GetByRole(AriaRole.Button, new() { Name = "Freeze deletions" }).ClickAsync();
        await Assertions.Expect(operatorPage.Locator("#deletions")).ToContainTextAsync("Frozen since");
        await operatorPage.GetByRole(AriaRole.Button, new() { Name = "Release deletions" }).ClickAsync();
        await Assertions.Expect(operatorPage.Locator("#deletions")).ToContainTextAsync("run as they fall due");
        await FitsAsync(operatorPage);
        Assert.Empty(faults);
    }

    private static async Task RefuseWrongCodeAsync(IPage operatorPage, IPage sandbox)
    {
        var link = operatorPage.Url;
        await operatorPage.Locator("#code").FillAsync("WRONG-CODE-0000");
        await operatorPage.GetByRole(AriaRole.Button, new() { Name = "Open the operator page" }).ClickAsync();
        await Assertions.Expect(operatorPage.Locator(".bad")).ToContainTextAsync("wrong or was used before", TextPatience);
        await operatorPage.GotoAsync(link); // a wrong guess does not use up the right code
        Assert.NotEqual(sandbox.Url, operatorPage.Url);
    }

    private static async Task RefuseUsedCodeAsync(Chromium chromium, IPage operatorPage, Town town)
    {
        var used = new Uri(town.Run.Addresses.Product, $"/sign-in?code={town.Run.Addresses.SetupCode}").ToString();
        await using var stranger = await chromium.StrangerAsync(PhoneWidth);
        var page = await stranger.NewPageAsync();
        await page.GotoAsync(used);
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the operator page" }).ClickAsync();
        await Assertions.Expect(page.Locator(".bad")).ToContainTextAsync("wrong or was used before", TextPatience);

        await operatorPage.GotoAsync(used); // whoever is signed in goes straight on
        await Assertions.Expect(operatorPage.Locator("#session")).ToBeVisibleAsync(Patience);
    }

    private static async Task ClaimAsync(IPage sandbox)
    {
        var (group, chat) = (sandbox.Locator("#group-log"), sandbox.Locator("#bot-log"));
        await SayAsync(sandbox, "group", "!claim");
        await group.GetByRole(AriaRole.Button, new() { Name = "Open the private chat" }).ClickAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(sandbox.Locator("form[data-chat=bot] input")).ToHaveValueAsync("!claim");
        await sandbox.Locator("form[data-chat=bot] button").ClickAsync();
        await Assertions.Expect(chat).ToContainTextAsync("1 server gratis", TextPatience);
        await SayAsync(sandbox, "bot", "1");
        await Assertions.Expect(chat).ToContainTextAsync("username untuk login panel", TextPatience);
        await SayAsync(sandbox, "bot", "ani_27");
        await Assertions.Expect(chat).ToContainTextAsync("Cek dulu", TextPatience);
        await SayAsync(sandbox, "bot", "ya");
        await Assertions.Expect(chat).ToContainTextAsync(ReadyPattern(), TextPatience);
        await Assertions.Expect(sandbox.Locator("#servers")).ToContainTextAsync("ani_27's server: running", TextPatience);
    }

    private static async Task SayAsync(IPage sandbox, string chat, string text)
    {
        await sandbox.Locator($"form[data-chat={chat}] input").FillAsync(text);
        await sandbox.Locator($"form[data-chat={chat}] button").ClickAsync();
    }

    private static async Task FitsAsync(IPage page) =>
        Assert.Equal(PhoneWidth, await page.EvaluateAsync<int>("document.documentElement.scrollWidth")); // nothing sticks out to the side

    [GeneratedRegex("Password sementara: [A-Za-z0-9]{32}")]
    private static partial Regex ReadyPattern();
}
