using Interop.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Interop.Tests;

/// <summary>A simulated service with one group, our client as the bot's companion, and real Baileys clients as members' companions.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly string[] Members = ["ani", "budi", "citra"];
    private readonly string _folder;
    private readonly Dictionary<string, BaileysPeer> _peers = [];

    private Stage(SimulatedWorld world, Jid group, string folder) => (World, Group, _folder) = (world, group, folder);

    public SimulatedWorld World { get; }

    public Jid Group { get; }

    public OurClient Bot { get; private set; } = null!; // set before OpenAsync returns

    /// <summary>The bot as others address it in this kind of group.</summary>
    public Jid BotAddress(bool lid) => lid ? World.PhoneOf("bot").Lid : World.PhoneOf("bot").Jid;

    public BaileysPeer Peer(string member) => _peers[member];

    public IEnumerable<KeyValuePair<string, BaileysPeer>> Peers => _peers;

    public static async Task<Stage> OpenAsync(bool lid, CancellationToken cancellationToken)
    {
        await NodeTools.RequireAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("wabot-interop-").FullName;
        var world = await SimulatedWorld.OpenAsync(new SimulatedWorldOptions { DataFolder = Path.Combine(folder, "world") }, NullLoggerFactory.Instance, cancellationToken);
        var bot = await world.AddAccountAsync("bot", "Bot", mayWriteFirst: false);
        var phones = new List<Phone> { bot };
        foreach (var member in Members)
        {
            phones.Add(await world.AddAccountAsync(member, member));
        }

        var group = await world.CreateGroupAsync("Interop", lid ? GroupAddressing.Lid : GroupAddressing.Phone, [.. phones]);
        await world.StartServiceAsync(cancellationToken);
        var stage = new Stage(world, group, folder);
        stage.Bot = await OurClient.PairAsync(world, bot, Path.Combine(folder, "bot"), cancellationToken);
        foreach (var member in Members)
        {
            stage._peers[member] = await PairAsync(world, world.PhoneOf(member), Path.Combine(folder, member), cancellationToken);
        }

        return stage;
    }

    /// <summary>A real Baileys client becomes a companion of the phone.</summary>
    public static async Task<BaileysPeer> PairAsync(SimulatedWorld world, Phone phone, string folder, CancellationToken cancellationToken)
    {
        var peer = await BaileysPeer.StartAsync(world.Endpoint, folder, world.TrustRoot, cancellationToken);
        await peer.ConnectAsync(cancellationToken);
        var qr = (string)(await peer.WaitForAsync("qr", cancellationToken: cancellationToken))["qr"]!;
        Assert.Equal(ScanOutcome.Linked, await phone.ScanAsync(qr, cancellationToken));
        await peer.WaitForAsync("close", item => (int)item["code"]! == 515, cancellationToken);
        await peer.WaitForAsync("open", cancellationToken: cancellationToken);
        await peer.WaitForAsync("drained", cancellationToken: cancellationToken);
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers.Values)
        {
            await peer.DisposeAsync();
        }

        await Bot.DisposeAsync();
        await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
