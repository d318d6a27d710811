using System.Text.Json;
using Sandbox.Bot;
using Sandbox.Clock;
using Sandbox.Control;
using Sandbox.Panel;
using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Sandbox.Run;

/// <summary>One running sandbox: the simulated world and panel (unless outside ones are named), the bot, the page, the clock.</summary>
internal sealed class SandboxRun : IAsyncDisposable
{
    /// <summary>Account of the bot's own phone.</summary>
    public const string BotAccount = "bot";

    private readonly SandboxOptions _options;
    private readonly DataFolder _folder;
    private readonly ClockFile _clockFile;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _pumps = [];
    private WebApplication? _page;
    private WorldPump? _worldPump;

    private SandboxRun(SandboxOptions options, DataFolder folder)
    {
        (_options, _folder) = (options, folder);
        _clockFile = new ClockFile(folder.ClockFile);
        Clock = new SandboxClock(_clockFile.Read());
        Timeline = new Timeline(Clock);
    }

    public SandboxClock Clock { get; }

    public Timeline Timeline { get; }

    /// <summary>Null when an external service is used.</summary>
    public SimulatedWorld? World { get; private set; }

    /// <summary>Null when an external panel is used.</summary>
    public SimulatedPanel? Panel { get; private set; }

    /// <summary>The fault that a switch has put on the panel, in its own word; null when it works.</summary>
    public string? PanelFault { get; set; }

    /// <summary>Whether the bot is logged in at the simulated service; null when an external one is used.</summary>
    public bool? BotIsConnected => _worldPump?.BotIsConnected;

    /// <summary>The target group.</summary>
    public Jid Group { get; private set; }

    public BotProcess Bot { get; private set; } = null!; // set before StartAsync returns

    public BotAddresses Addresses { get; private set; } = null!; // set before StartAsync returns

    public OperatorLink OperatorLink { get; private set; } = null!; // set before StartAsync returns

    /// <summary>How many of the next alerts the page answers with an error.</summary>
    public int AlertsToRefuse { get; set; }

    public Uri Page { get; private set; } = null!; // set before StartAsync returns

    public string QrFile => _options.QrFile ?? _folder.QrFile;

    public string CodeFile => _options.CodeFile ?? _folder.CodeFile;

    /// <summary>Where parent and child keep the plan of fail points and what came of it.</summary>
    public string FailPointFolder => Path.Combine(_folder.Root, "failpoints");

    /// <summary>Everything the bot has written to its console, all starts together.</summary>
    public string BotLog => _folder.BotLog;

    public static async Task<SandboxRun> StartAsync(SandboxOptions options, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var run = new SandboxRun(options, DataFolder.Open(options.DataFolder));
        try
        {
            await run.OpenWorldAsync(logs, cancellationToken);
            await run.OpenPanelAsync(logs);
            await run.OpenPageAsync(logs, cancellationToken);
            run.Addresses = BotAddresses.Choose(options);
            BotArguments.Check(options, run);
            run.OperatorLink = new OperatorLink(run.Addresses, BotArguments.DataFolderOf(options, run));
            run.Bot = new BotProcess(
                BotArguments.For(options, run), BotArguments.EnvironmentFor(options, run), run._folder.BotLog, new FailPointFiles(run.FailPointFolder), run.Clock, TimeProvider.System, text => run.Timeline.Add("bot", text));
            await run.WriteAddressesAsync(cancellationToken);
            if (options.FailPoints.Count > 0)
            {
                run.Bot.FailPoints.Write(options.FailPoints);
            }

            await run.Bot.StartAsync(cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves the clock of the sandbox, of the panel and of the bot.</summary>
    public async Task SetClockAsync(ClockOffsets offsets, CancellationToken cancellationToken)
    {
        _clockFile.Write(offsets);
        Clock.Set(offsets);
        await Bot.SendAsync($"clock {offsets.ToText()}", cancellationToken);
    }

    /// <summary>The current pairing QR; null when none is offered.</summary>
    public string? ReadQr() => File.Exists(QrFile) && File.ReadAllText(QrFile) is { Length: > 0 } text ? text : null;

    /// <summary>The code to type on the bot's phone; null when none is shown.</summary>
    public string? ReadCode() => File.Exists(CodeFile) && File.ReadAllText(CodeFile) is { Length: > 0 } text ? text : null;

    /// <summary>The bot's data folder, for the child.</summary>
    public string BotFolder => _folder.Bot;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (Bot is { } bot)
        {
            await bot.DisposeAsync();
        }

        if (_page is { } page)
        {
            await page.DisposeAsync();
        }

        await Task.WhenAll(_pumps);
        if (Panel is { } panel)
        {
            await panel.DisposeAsync();
        }

        if (World is { } world)
        {
            await world.DisposeAsync();
        }

        OperatorLink?.Dispose();
        _stopping.Dispose();
        _folder.Dispose();
    }

    private async Task OpenWorldAsync(ILoggerFactory logs, CancellationToken cancellationToken)
    {
        if (_options.WhatsApp is not null)
        {
            Group = Jid.Parse(_options.Group!);
            return;
        }

        World = await SimulatedWorld.OpenAsync(new SimulatedWorldOptions { DataFolder = _folder.Service }, logs, cancellationToken);
        Group = await Cast.AssembleAsync(World, _options);
        await World.StartServiceAsync(cancellationToken);
        _worldPump = new WorldPump(World, Timeline);
        _pumps.Add(_worldPump.RunAsync(_stopping.Token));
    }

    private async Task OpenPanelAsync(ILoggerFactory logs)
    {
        if (_options.Panel is not null)
        {
            return;
        }

        var options = new SimulatedPanelOptions { Folder = _folder.Panel, InstallTime = _options.InstallTime };
        Panel = await SimulatedPanel.StartAsync(options, Clock, new SystemRandomSource(), logs);
        _pumps.Add(new PanelPump(Panel, Timeline).RunAsync(_stopping.Token));
    }

    private async Task OpenPageAsync(ILoggerFactory logs, CancellationToken cancellationToken)
    {
        _page = ControlSite.Build(this, _options.PagePort, logs);
        await _page.StartAsync(cancellationToken);
        Page = new Uri(_page.Urls.Single());
    }

    private Task WriteAddressesAsync(CancellationToken cancellationToken)
    {
        var addresses = new { page = Page, bot = Addresses.Product, panel = Panel?.BaseAddress ?? _options.Panel, whatsapp = World?.Endpoint ?? _options.WhatsApp, whatsappTls = World?.SecureEndpoint, authority = World?.Authority.ExportCertificatePem(), group = Group.ToString(), trustRoot = World is { } world ? Convert.ToHexStringLower(world.TrustRoot) : null };
        return File.WriteAllTextAsync(_folder.AddressFile, JsonSerializer.Serialize(addresses), cancellationToken);
    }
}
