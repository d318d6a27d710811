using Microsoft.Playwright;

namespace EndToEnd.Tests.Browser;

/// <summary>The distribution's Chromium without a window, as wide as a small phone.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser, IBrowserContext context) => (_playwright, _browser, Context) = (playwright, browser, context);

    public IBrowserContext Context { get; }

    /// <summary>Skips where there is no Chromium; under CI its absence is a failure, for there it belongs to the machine.</summary>
    public static async Task<Chromium> StartAsync(int width)
    {
        var path = Array.Find(Places, File.Exists);
        Assert.SkipWhen(path is null && Environment.GetEnvironmentVariable("CI") is null, "Chromium is not installed; with it this test runs (Debian: apt-get install chromium).");
        Assert.NotNull(path);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", // whatever a page names, nothing leaves this machine
            ],
        });
        return new Chromium(playwright, browser, await NewContextAsync(browser, width));
    }

    /// <summary>Another person's browser: nothing shared with the first.</summary>
    public Task<IBrowserContext> StrangerAsync(int width) => NewContextAsync(_browser, width);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }

    private static async Task<IBrowserContext> NewContextAsync(IBrowser browser, int width)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 780 } });
        context.SetDefaultTimeout(60_000);
        return context;
    }
}
