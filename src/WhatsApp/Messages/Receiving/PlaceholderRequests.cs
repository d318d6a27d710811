using Google.Protobuf;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Devices;
using WhatsApp.Identity;
using WhatsApp.Messages.Sending;
using WhatsApp.Peers;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receiving;

/// <summary>
/// Some seconds after a message could not be read, and its writer has not sent it again, the account's own phone is asked
/// for it: it gets every message too. Each message is asked for once. Source: facts 10.5 and 11.5.
/// </summary>
internal sealed partial class PlaceholderRequests(
    ISessionDatabase database,
    IStanzaSender sender,
    DeviceDirectory devices,
    BackgroundWork background,
    TimeProvider time,
    IRandomSource random,
    ILogger<PlaceholderRequests> logger)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int MostAtOnce = 50;

    private readonly Lock _gate = new();
    private ITimer? _timer;

    /// <summary>Something waits: the phone is asked once the writer has had its time.</summary>
    public void Expect()
    {
        lock (_gate)
        {
            _timer ??= time.CreateTimer(_ => Start(), null, Patience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Once the offline queue is through: what an earlier run left unasked.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        if (await database.RunAsync("device-read", store => store.Placeholders.Unasked(1).Count > 0, cancellationToken).ConfigureAwait(false))
        {
            Expect();
        }
    }

    /// <summary>Nothing is asked any more until something is expected anew.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void Start()
    {
        Stop();
        background.Run("ask the phone", AskAsync);
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        var needed = await database.RunAsync("device-read", PhoneIfUnknown, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<Jid, PreKeyBundle> bundles = needed is { } phone
            ? await devices.FetchBundlesAsync([phone], cancellationToken).ConfigureAwait(false)
            : new Dictionary<Jid, PreKeyBundle>();
        if (await database.RunAsync("placeholder-asked", store => Write(store, bundles), cancellationToken).ConfigureAwait(false) is { } stanza)
        {
            await sender.SendAsync(stanza, cancellationToken).ConfigureAwait(false);
            Log.Asked(logger);
        }
    }

    private DeviceId? PhoneIfUnknown(SessionTransaction store)
    {
        var phone = store.Lids.PeerOf(OwnAccount.Of(store).Phone).Device(0);
        return store.Placeholders.Unasked(1).Count > 0 && !new SessionCipher(store.Signal, random).HasSession(phone) ? phone : null;
    }

    private Node? Write(SessionTransaction store, IReadOnlyDictionary<Jid, PreKeyBundle> bundles)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var id = MessageIds.New(time, random, own.Phone);
        var phone = people.PeerOf(own.Phone).Device(0);
        if (store.Placeholders.Unasked(1).Count == 0 ||
            (!new SessionCipher(store.Signal, random).HasSession(phone) && bundles.Count == 0) ||
            Placeholders.Request(store, people, id, MostAtOnce) is not { } request)
        {
            return null;
        }

        var message = new Message { ProtocolMessage = new() { Type = ProtocolMessage.Types.Type.PeerDataOperationRequestMessage, PeerDataOperationRequestMessage = request } };
        var encryption = new DeviceEncryption(store, bundles, random, time, logger);
        return encryption.TryEncrypt(phone, message.ToByteArray(), decryptFail: null, count: null) is not { } encrypted ? null : new Node(
            "message",
            new() { ["id"] = id, ["to"] = own.Phone.WithDevice(0), ["type"] = "text", ["category"] = "peer", ["push_priority"] = "high_force" },
            [
                new Node("meta", new() { ["appdata"] = "default" }),
                encrypted,
                .. encryption.NeedsCertificate ? (Node[])[DeviceEncryption.Certificate(own)] : [],
            ]);
    }

    private static partial class Log
    {
        [LoggerMessage(1316, LogLevel.Information, "The account's phone was asked for messages we could not read")]
        public static partial void Asked(ILogger logger);
    }
}
