using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Interop.Tests.Peers;

/// <summary>A simulated service with our client as the bot's companion and real Baileys clients as companions of three members.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const string BotAccount = "bot";
    private static readonly string[] Names = ["ani", "budi", "citra"];
    private readonly string _folder;
    private readonly SimulatedWorld _world;

    private Stage(SimulatedWorld world, WireLog wire, string folder, bool lid) => (_world, Wire, _folder, ByLid) = (world, wire, folder, lid);

    public SimulatedWorld World => _world;

    public WireLog Wire { get; }

    /// <summary>People write to each other by LID; else by number.</summary>
    public bool ByLid { get; }

    public OurClient Bot { get; private set; } = null!; // set before OpenAsync returns

    public Companion BotDevice { get; private set; } = null!; // set before OpenAsync returns

    public IReadOnlyList<Member> Members { get; private set; } = [];

    public Member Ani => Members[0];

    public Member Budi => Members[1];

    public Member Citra => Members[2];

    /// <summary>The bot as people address it.</summary>
    public string BotChat => BotDevice.Address(ByLid).Bare.ToString();

    /// <param name="lid">How people address each other in private; groups say it for themselves.</param>
    /// <param name="botMayWriteFirst">The service lets the bot write to strangers, which it refuses otherwise.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Stage> OpenAsync(bool lid, bool botMayWriteFirst, CancellationToken cancellationToken)
    {
        await NodeTools.RequireAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("wabot-interop-").FullName;
        var wire = new WireLog();
        var world = await SimulatedWorld.OpenAsync(new SimulatedWorldOptions { DataFolder = Path.Combine(folder, "world"), MessageTap = wire.Add }, NullLoggerFactory.Instance, cancellationToken);
        var stage = new Stage(world, wire, folder, lid);
        try
        {
            await stage.PairAllAsync(botMayWriteFirst, cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Disarms all faults and brings back who is away.</summary>
    public async Task GatherAsync(CancellationToken cancellationToken)
    {
        await World.ClearFaultsAsync();
        await World.ReleaseMessagesAsync();
        if (Bot.IsAway)
        {
            await Bot.ReturnAsync(cancellationToken);
        }

        foreach (var peer in Members.Select(member => member.Peer).Where(peer => peer.IsAway))
        {
            await peer.ReturnAsync(cancellationToken);
        }
    }

    /// <summary>A group of the bot and these members, none of whom knows a key of it. The first member is its admin.</summary>
    public async Task<Jid> MakeGroupAsync(bool lid, IEnumerable<Member> members, CancellationToken cancellationToken)
    {
        var phones = members.Select(member => member.Phone).Append(World.PhoneOf(BotAccount)).ToArray();
        var group = await World.CreateGroupAsync("Interop", lid ? GroupAddressing.Lid : GroupAddressing.Phone, phones);
        await Bot.EventAsync<GroupChanged>(item => item.Group == group, cancellationToken);
        return group;
    }

    /// <summary>A second Baileys client becomes a companion of the member's phone.</summary>
    public async Task<Member> LinkAnotherAsync(Member member, CancellationToken cancellationToken)
    {
        var peer = await PairAsync(World, member.Phone, Path.Combine(_folder, $"{member}-second"), cancellationToken);
        var device = (await member.Phone.ViewAsync()).Companions.Single(device => device != member.Companion.Device);
        return member with { Peer = peer, Companion = new Companion(member.Phone.Jid.WithDevice(device), member.Phone.Lid.WithDevice(device)) };
    }

    /// <summary>A real Baileys client becomes a companion of the phone.</summary>
    public static async Task<BaileysPeer> PairAsync(SimulatedWorld world, Phone phone, string folder, CancellationToken cancellationToken)
    {
        var peer = await BaileysPeer.StartAsync(world.Endpoint, folder, world.TrustRoot, cancellationToken);
        await peer.ConnectAsync(cancellationToken);
        var qr = (string)(await peer.WaitForAsync("qr", cancellationToken: cancellationToken))["qr"]!;
        Assert.Equal(ScanOutcome.Linked, await phone.ScanAsync(qr, cancellationToken));
        await peer.WaitForAsync("close", item => (int)item["code"]! == 515, cancellationToken: cancellationToken);
        await peer.WaitForAsync("open", cancellationToken: cancellationToken);
        await peer.WaitForAsync("drained", cancellationToken: cancellationToken);
        return peer;
    }

    /// <summary>The position in the world's timeline from which on a test wants to hear.</summary>
    public long Now => World.EventsAfter(0) is [.., var last] ? last.Position : 0;

    /// <summary>Retry receipts of one account's devices since a position.</summary>
    public int RetriesOf(string account, long since) => World.EventsAfter(since).Count(item => item.Kind == WorldEventKinds.Retry && item.Account == account);

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        if (Bot is { } bot)
        {
            await bot.DisposeAsync();
        }

        await World.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PairAllAsync(bool botMayWriteFirst, CancellationToken cancellationToken)
    {
        var bot = await World.AddAccountAsync(BotAccount, "Bot", mayWriteFirst: botMayWriteFirst, lidMigrated: ByLid);
        foreach (var name in Names)
        {
            // One shows only a LID, as many do; nobody can do so where all write by number.
            await World.AddAccountAsync(name, name, phoneHidden: ByLid && name == Names[^1], lidMigrated: ByLid);
        }

        await World.StartServiceAsync(cancellationToken);
        var ours = OurClient.PairAsync(World, bot, Path.Combine(_folder, BotAccount), cancellationToken);
        var pairings = Names.Select(name => PairMemberAsync(name, cancellationToken)).ToArray();
        try
        {
            await Task.WhenAll([ours, .. pairings]);
        }
        finally
        {
            // What came up must go down again, whatever failed.
            Members = [.. pairings.Where(pairing => pairing.IsCompletedSuccessfully).Select(pairing => pairing.Result)];
            Bot = ours.IsCompletedSuccessfully ? await ours : null!;
        }

        BotDevice = await CompanionOfAsync(bot);
    }

    private async Task<Member> PairMemberAsync(string name, CancellationToken cancellationToken)
    {
        var phone = World.PhoneOf(name);
        var peer = await PairAsync(World, phone, Path.Combine(_folder, name), cancellationToken);
        return new Member(name, phone, peer, await CompanionOfAsync(phone));
    }

    private static async Task<Companion> CompanionOfAsync(Phone phone)
    {
        var device = Assert.Single((await phone.ViewAsync()).Companions);
        return new Companion(phone.Jid.WithDevice(device), phone.Lid.WithDevice(device));
    }
}
