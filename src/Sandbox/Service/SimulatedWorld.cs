using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sandbox.Phones;
using Sandbox.Service.Groups;
using Sandbox.Service.Links;
using Sandbox.Service.State;
using Sandbox.Service.Wire;
using WhatsApp;

namespace Sandbox.Service;

/// <summary>A WhatsApp service with its accounts, groups and phones, on loopback. One per data folder.</summary>
internal sealed class SimulatedWorld : IAsyncDisposable
{
    private readonly SimulatedWorldOptions _options;
    private readonly ILoggerFactory _logs;
    private readonly WorldStore _store;
    private readonly Timeline _timeline;
    private readonly WorldLoop _loop;
    private readonly ServiceCore _core;
    private readonly AccountOffice _office;
    private readonly ClientReception _reception;
    private readonly GroupDesk _groups;
    private readonly TestAuthority _authority;
    private readonly X509Certificate2 _certificate;
    private CompanionEndpoint? _endpoint;
    private ServicePorts _ports;

    private SimulatedWorld(SimulatedWorldOptions options, ILoggerFactory logs, WorldStore store, Timeline timeline, WorldLoop loop, ServiceCore core)
    {
        (_options, _logs, _store, _timeline, _loop, _core, _ports) = (options, logs, store, timeline, loop, core, new(options.Port, 0));
        _authority = TestAuthority.Create(options.Time.GetUtcNow());
        _certificate = options.Certify?.Invoke(_authority) ?? _authority.IssueForLoopback();
        var root = WorldRoot.Load(store, options);
        TrustRoot = root.Public;
        var pairings = new PairingDesk(core);
        _office = new AccountOffice(core, pairings);
        _reception = new ClientReception(core, pairings, WorldRoot.Certificates(root, store, options));
        _groups = new GroupDesk(core);
    }

    /// <summary>Where companions connect: <c>ws://127.0.0.1:PORT/ws/chat</c>. Known once the service has been started.</summary>
    public Uri Endpoint => new($"ws://127.0.0.1:{Started(_ports.Plain)}/ws/chat");

    /// <summary>The same with TLS: <c>wss://127.0.0.1:PORT/ws/chat</c>, certified by <see cref="Authority"/>.</summary>
    public Uri SecureEndpoint => new($"wss://127.0.0.1:{Started(_ports.Secure)}/ws/chat");

    /// <summary>Who certifies <see cref="SecureEndpoint"/>: made anew with every world, trusted by who is handed it.</summary>
    public X509Certificate2 Authority => _authority.Certificate;

    /// <summary>Public key of this world's own Noise root; the same after a restart on the same folder.</summary>
    public byte[] TrustRoot { get; }

    public IReadOnlyList<Phone> Phones => _office.Phones;

    /// <summary>Requests of clients the service has no answer for, by name, with how often they came.</summary>
    public IReadOnlyDictionary<string, int> Drift => _core.Drift.Counts;

    /// <summary>Opens or makes the world of a folder. The service is not listening yet.</summary>
    public static async Task<SimulatedWorld> OpenAsync(SimulatedWorldOptions options, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var store = new WorldStore(options.DataFolder);
        var timeline = new Timeline(options.Time);
        var log = logs.CreateLogger<SimulatedWorld>();
        var loop = new WorldLoop(store, fault =>
        {
            WorldLog.TurnFailed(log, fault);
            timeline.Add(WorldEventKinds.Broken, null, fault.GetType().Name);
        });
        var core = new ServiceCore(options, store, timeline, loop);
        return await loop.RunAsync(() =>
        {
            var world = new SimulatedWorld(options, logs, store, timeline, loop, core);
            world._office.WakePhones();
            return world;
        });
    }

    public Phone PhoneOf(string account) => _office.Find(account) ?? throw new ArgumentException("There is no such account.", nameof(account));

    public async Task StartServiceAsync(CancellationToken cancellationToken)
    {
        _endpoint ??= await CompanionEndpoint.OpenAsync(_ports, _certificate, _core, _reception, _logs, cancellationToken);
        _ports = _endpoint.Ports;
        _timeline.Add(WorldEventKinds.ServiceStarted, null, "listening");
    }

    /// <summary>Cuts all connections and stops listening; the phones live on.</summary>
    public async Task StopServiceAsync()
    {
        if (_endpoint is { } endpoint)
        {
            _endpoint = null;
            await endpoint.DisposeAsync();
            _timeline.Add(WorldEventKinds.ServiceStopped, null, "not listening");
        }
    }

    /// <summary>Makes an account with its phone, or returns the one of that id.</summary>
    /// <param name="id">A short plain name, for example <c>bot</c> or <c>ani</c>.</param>
    /// <param name="name">The name others see.</param>
    /// <param name="phoneHidden">Others learn only the LID.</param>
    /// <param name="mayWriteFirst">False: its companions get error 463 when they write to a person who never wrote to them.</param>
    /// <param name="lidMigrated">False: is written to by number only; a LID is refused with error 400.</param>
    public Task<Phone> AddAccountAsync(string id, string name, bool phoneHidden = false, bool mayWriteFirst = true, bool lidMigrated = true) =>
        _loop.RunAsync(() => _office.Find(id) ?? _office.Open(id, name, phoneHidden, mayWriteFirst, lidMigrated));

    /// <summary>Makes a group; the first member is its creator and admin.</summary>
    public Task<Jid> CreateGroupAsync(string subject, GroupAddressing addressing, params Phone[] members) =>
        _loop.RunAsync(() => _groups.Create(subject, addressing, [.. members.Select(member => _core.Accounts[member.Id])]).Jid);

    public Task<IReadOnlyList<GroupView>> GroupsAsync() => _loop.RunAsync<IReadOnlyList<GroupView>>(() =>
    [
        .. _core.Groups.All.Select(group => new GroupView(group.Jid, group.Subject, group.Addressing,
            [.. group.Members.Select(member => new GroupMemberView(member.Account, _core.Accounts[member.Account].Name, member.IsAdmin))])),
    ]);

    /// <summary>Plays or arms a fault.</summary>
    public Task PlayAsync(ServiceFault fault) => _loop.RunAsync(() => _reception.Play(fault));

    /// <summary>Disarms all counted faults.</summary>
    public Task ClearFaultsAsync() => _loop.RunAsync(_core.Faults.Clear);

    /// <summary>From now on messages are taken and acked, but reach nobody until <see cref="ReleaseMessagesAsync"/>.</summary>
    public Task HoldMessagesAsync() => _loop.RunAsync(_core.Held.Hold);

    public Task ReleaseMessagesAsync() => _loop.RunAsync(_core.ReleaseMessages);

    /// <summary>What happened after a position, oldest first. Returns at once.</summary>
    public IReadOnlyList<WorldEvent> EventsAfter(long position) => _timeline.After(position);

    /// <summary>Returns the first event after a position that fits, waiting for it if need be.</summary>
    public Task<WorldEvent> WaitForAsync(Func<WorldEvent, bool> fits, long after, CancellationToken cancellationToken) =>
        _timeline.WaitForAsync(fits, after, cancellationToken);

    /// <summary>Returns when no stanza is under way to or between phones.</summary>
    public Task SettleAsync() => _loop.SettleAsync();

    public async ValueTask DisposeAsync()
    {
        await StopServiceAsync();
        await _loop.DisposeAsync();
        _store.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private static int Started(int port) => port == 0 ? throw new InvalidOperationException("The service has never been started.") : port;
}
