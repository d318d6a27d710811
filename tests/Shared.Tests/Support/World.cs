using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shared.Alerts;
using Shared.Claims;
using Shared.Conversations;
using Shared.FailPoints;
using Shared.Grace;
using Shared.Inbox;
using Shared.Members;
using Shared.Membership;
using Shared.Notices;
using Shared.Options;
using Shared.Outbox;
using Shared.Persistence;
using Shared.Ports;
using Shared.Secrets;
using Shared.Webhook;

namespace Shared.Tests.Support;

/// <summary>The real domain on a real SQLite file in a folder of its own.</summary>
internal sealed class World : IAsyncDisposable, IFailPoints, IMessageIds
{
    public const string Group = "120363000000000001@g.us";

    private readonly string folder;
    private readonly bool ownsFolder;
    private readonly ServiceProvider services;
    private int messages;
    private long positions;

    public World(ClaimsOptions? rules = null, GroupOptions? groups = null, INoticeWriter? writer = null, string? sharedFolder = null, string? freshFolder = null)
    {
        (folder, ownsFolder) = (sharedFolder ?? freshFolder ?? Directory.CreateTempSubdirectory("wabot-domain-").FullName, sharedFolder is null);
        messages = ownsFolder ? 0 : 1_000_000; // two processes never make the same message id
        File_ = Path.Combine(folder, "data", "wabot.db");
        services = new ServiceCollection()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<IFailPoints>(this)
            .AddSingleton<IMessageIds>(this)
            .AddSingleton(writer ?? new PlainNotices())
            .AddSingleton<ISecretProtector, XorProtector>()
            .AddSingleton(groups ?? new GroupOptions { TargetIds = [Group] })
            .AddSingleton(rules ?? new ClaimsOptions())
            .AddSingleton(new PanelOptions { BaseAddress = new Uri("http://127.0.0.1:8090/"), ApiKey = new string('k', 48), LocationId = 1 })
            .AddSharedDomain(File_)
            .BuildServiceProvider();
    }

    public string File_ { get; }
    public SplitTime Time { get; } = new();
    public List<string> Reached { get; } = [];
    public Action<string>? OnReach { get; set; }

    public IClaimService Claims => services.GetRequiredService<IClaimService>();
    public IMemberDirectory Members => services.GetRequiredService<IMemberDirectory>();
    public IRosterBook Roster => services.GetRequiredService<IRosterBook>();
    public IGraceKeeper Grace => services.GetRequiredService<IGraceKeeper>();
    public IDeletionBreaker Breaker => services.GetRequiredService<IDeletionBreaker>();
    public IInbox Inbox => services.GetRequiredService<IInbox>();
    public IOutbox Outbox => services.GetRequiredService<IOutbox>();
    public IPortQuarantine Ports => services.GetRequiredService<IPortQuarantine>();
    public Reconcile.IReconcileReports Reports => services.GetRequiredService<Reconcile.IReconcileReports>();
    public Operators.IApiTokens Tokens => services.GetRequiredService<Operators.IApiTokens>();
    public Operators.IOperatorDesk Operators => services.GetRequiredService<Operators.IOperatorDesk>();
    public IWebhookNonces Nonces => services.GetRequiredService<IWebhookNonces>();
    public ITurns Turns => services.GetRequiredService<ITurns>();
    public IAlertOutbox Alerts => services.GetRequiredService<IAlertOutbox>();

    public static async Task<World> OpenAsync(ClaimsOptions? rules = null, GroupOptions? groups = null)
    {
        var world = new World(rules, groups);
        await world.OpenFileAsync();
        return world;
    }

    /// <summary>What a second process on the same file is: nothing shared but the file.</summary>
    public World Second() => new(sharedFolder: folder);

    public Task OpenFileAsync() => services.GetRequiredService<IDomainDatabase>().OpenAsync(CancellationToken.None);

    public Task<WaBotDatabase> DatabaseAsync() => services.GetRequiredService<IDbContextFactory<WaBotDatabase>>().CreateDbContextAsync();

    public static string Phone(int n) => $"62800000{n:00000}@s.whatsapp.net";

    public static string Lid(int n) => $"1000000000{n:00000}@lid";

    public Task<Member> MemberAsync(int n) => Members.ResolveAsync(new MemberIdentity(Lid(n), Phone(n), Lid(n), $"Member {n}"), Lid(n), CancellationToken.None);

    public async Task<Claim> SubmitAsync(Member member, string username = "budi_27") =>
        (await Claims.SubmitAsync(new NewClaim(member.Id, "nodejs", username), CancellationToken.None)).Claim!;

    /// <summary>A claim led through all steps by the operations Provisioning uses.</summary>
    public async Task<Claim> ActiveAsync(Member member, string username = "budi_27")
    {
        var claim = await InstallingAsync(member, username);
        claim = Done(await Claims.SaveInstalledAsync(claim.Ref, CancellationToken.None));
        return Done(await Claims.MarkActiveAsync(claim.Ref, CancellationToken.None));
    }

    public async Task<Claim> InstallingAsync(Member member, string username = "budi_27")
    {
        var claim = await SubmitAsync(member, username);
        claim = Done(await Claims.PlanAccountAsync(claim.Ref, username, "Secret-of-32-characters-0123456", CancellationToken.None));
        claim = Done(await Claims.SaveAccountAsync(claim.Ref, 7, username, CancellationToken.None));
        claim = Done(await Claims.LeaseAllocationAsync(claim.Ref, 1, 100 + (int)member.Id, "127.0.0.1", 30000, CancellationToken.None));
        return Done(await Claims.SaveServerAsync(claim.Ref, new PanelServerIds(70, "abcd1234", 1, 100 + (int)member.Id, "127.0.0.1", 30000), CancellationToken.None));
    }

    public static Claim Done(ClaimChange change)
    {
        Assert.Equal(ClaimOutcome.Done, change.Outcome);
        return change.Claim!;
    }

    public async Task<long> EventAsync(InboundKind kind = InboundKind.MembersChanged)
    {
        var position = Interlocked.Increment(ref positions);
        await Inbox.StoreAsync(new InboundItem(position, kind, Group, kind == InboundKind.Message ? $"M{position}" : null, Time.GetUtcNow(), $"{{\"n\":{position}}}"), CancellationToken.None);
        return (await Inbox.LoadOpenAsync(10_000, CancellationToken.None)).Max(r => r.Id);
    }

    public async Task<long> EventAsync(string group)
    {
        var position = Interlocked.Increment(ref positions);
        await Inbox.StoreAsync(new InboundItem(position, InboundKind.MembersChanged, group, null, Time.GetUtcNow(), $"{{\"n\":{position}}}"), CancellationToken.None);
        return (await Inbox.LoadOpenAsync(10_000, CancellationToken.None)).Max(r => r.Id);
    }

    public async Task LeaveAsync(params int[] who) => await Roster.ApplyEventsAsync(await EventAsync(), Group, [], [.. who.Select(Identity)], CancellationToken.None);

    public async Task JoinAsync(params int[] who) => await Roster.ApplyEventsAsync(await EventAsync(), Group, [.. who.Select(Identity)], [], CancellationToken.None);

    public async Task<RosterOutcome> ReadAsync(params int[] who) => await Roster.ApplyReadAsync(
        await Roster.BeginReadAsync(Group, CancellationToken.None), new RosterRead("Grup Uji", [.. who.Select(Identity)], WeAreMember: true), CancellationToken.None);

    /// <summary>A reading made just now.</summary>
    public PresenceReading Reading(Presence presence) => new(presence, Time.GetUtcNow());

    public static MemberIdentity Identity(int n) => new(Lid(n), Phone(n), Lid(n));

    /// <summary>The finished texts queued so far, in order.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync()
    {
        await using var db = await DatabaseAsync();
        return await db.Outbox.Where(r => r.Kind == OutboxKind.Text).OrderBy(r => r.Id).Select(r => r.IsSecret ? "(secret)" : r.Text!).ToListAsync();
    }

    public async Task<IReadOnlyList<string>> AlertCodesAsync() => [.. (await Alerts.LoadDueAsync(100, CancellationToken.None)).Select(a => a.Alert.Code)];

    public void Reach(string name)
    {
        lock (Reached)
        {
            Reached.Add(name);
        }
        OnReach?.Invoke(name);
    }

    string IMessageIds.New() => $"3EB0{Interlocked.Increment(ref messages):X16}";

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(DatabaseFile.ConnectionString(File_)));
        if (ownsFolder)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The notice's name and nothing else, so that tests of the domain do not hang on words.</summary>
    private sealed class PlainNotices : INoticeWriter
    {
        public string Write(Notice notice, Language language) => notice is Notice.ServerReady ready ? $"{nameof(Notice.ServerReady)} {ready.Username} {ready.Password}" : notice.GetType().Name;
    }

    /// <summary>Turns bytes over; the purpose is checked as a real one would.</summary>
    private sealed class XorProtector : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => [(byte)purpose.Length, .. plain.ToArray().Select(b => (byte)(b ^ 0x5A))];

        public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => cipher[0] == (byte)purpose.Length
            ? [.. cipher[1..].ToArray().Select(b => (byte)(b ^ 0x5A))]
            : throw new System.Security.Cryptography.CryptographicException("wrong purpose");
    }
}
