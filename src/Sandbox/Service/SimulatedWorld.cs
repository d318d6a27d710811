using Microsoft.Extensions.Logging;
using Sandbox.Phones;
using WhatsApp;

namespace Sandbox.Service;

/// <summary>A WhatsApp service with its accounts, groups and phones, on loopback. One per data folder.</summary>
internal sealed class SimulatedWorld : IAsyncDisposable
{
    /// <summary>Opens or makes the world of a folder. The service is not listening yet.</summary>
    public static Task<SimulatedWorld> OpenAsync(SimulatedWorldOptions options, ILoggerFactory logs, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Where companions connect: <c>ws://127.0.0.1:PORT/ws/chat</c>. Known once the service has been started.</summary>
    public Uri Endpoint => throw new NotImplementedException();

    /// <summary>Public key of this world's own Noise root; the same after a restart on the same folder.</summary>
    public byte[] TrustRoot => throw new NotImplementedException();

    public IReadOnlyList<Phone> Phones => throw new NotImplementedException();

    public Phone PhoneOf(string account) => throw new NotImplementedException();

    public Task StartServiceAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Cuts all connections and stops listening; the phones live on.</summary>
    public Task StopServiceAsync() => throw new NotImplementedException();

    /// <summary>Makes an account with its phone, or returns the one of that id.</summary>
    /// <param name="id">A short plain name, for example <c>bot</c> or <c>ani</c>.</param>
    /// <param name="name">The name others see.</param>
    /// <param name="phoneHidden">Others learn only the LID.</param>
    /// <param name="mayWriteFirst">False: its companions get error 463 when they write to a person who never wrote to them.</param>
    public Task<Phone> AddAccountAsync(string id, string name, bool phoneHidden = false, bool mayWriteFirst = true) =>
        throw new NotImplementedException();

    /// <summary>Makes a group; the first member is its creator and admin.</summary>
    public Task<Jid> CreateGroupAsync(string subject, GroupAddressing addressing, params Phone[] members) => throw new NotImplementedException();

    public Task<IReadOnlyList<GroupView>> GroupsAsync() => throw new NotImplementedException();

    /// <summary>Plays or arms a fault.</summary>
    public Task PlayAsync(ServiceFault fault) => throw new NotImplementedException();

    /// <summary>Disarms all counted faults.</summary>
    public Task ClearFaultsAsync() => throw new NotImplementedException();

    /// <summary>What happened after a position, oldest first. Returns at once.</summary>
    public IReadOnlyList<WorldEvent> EventsAfter(long position) => throw new NotImplementedException();

    /// <summary>Returns the first event after a position that fits, waiting for it if need be.</summary>
    public Task<WorldEvent> WaitForAsync(Func<WorldEvent, bool> fits, long after, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Returns when no stanza is under way to or between phones.</summary>
    public Task SettleAsync() => throw new NotImplementedException();

    /// <summary>Requests of clients the service has no answer for, by name, with how often they came.</summary>
    public IReadOnlyDictionary<string, int> Drift => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
