using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Devices;

/// <summary>Which devices people have: asked of the service once, then kept until a notification, a refusal or age makes it doubtful.</summary>
internal sealed partial class DeviceDirectory(
    ISessionDatabase database,
    IStanzaSender sender,
    EventStream events,
    TimeProvider time,
    IRandomSource random,
    ILogger<DeviceDirectory> logger)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(6);

    /// <summary>An answer that leaves somebody out may be a passing fault of the service.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(5);

    /// <summary>The devices of a person by the canonical name; null when they have to be asked for.</summary>
    public static IReadOnlyList<ushort>? Cached(SessionTransaction store, PeerId person, DateTimeOffset now)
    {
        if (store.DeviceLists.Load(person) is not { Stale: false } row || now - row.At > MaxAge)
        {
            return null;
        }

        var devices = new ushort[row.Payload.Length / 2];
        for (var i = 0; i < devices.Length; i++)
        {
            devices[i] = BinaryPrimitives.ReadUInt16BigEndian(row.Payload.AsSpan(2 * i));
        }

        return devices;
    }

    /// <summary>Asks the service and stores what it says. Who is not in the answer keeps the devices known before, if any, and is asked for again before long.</summary>
    public async Task RefreshAsync(IReadOnlyCollection<Jid> people, CancellationToken cancellationToken)
    {
        foreach (var some in people.Select(person => person.Bare).Distinct().Chunk(DeviceQuery.MaxUsers))
        {
            var query = DeviceQuery.Write(some, Convert.ToHexString(random.Bytes(8)));
            var answer = DeviceQuery.Read(await sender.RequestAsync(query, cancellationToken).ConfigureAwait(false));
            var news = await database.RunAsync("device-lists", store => Save(store, some, answer), cancellationToken).ConfigureAwait(false);
            Log.Refreshed(logger, some.Length, answer.Count);
            if (news)
            {
                events.Wake();
            }
        }
    }

    /// <summary>The bundles of these devices by the name they were asked for; those that have none are missing in the result.</summary>
    public async Task<IReadOnlyDictionary<Jid, PreKeyBundle>> FetchBundlesAsync(IReadOnlyCollection<DeviceId> devices, CancellationToken cancellationToken)
    {
        var all = new Dictionary<Jid, PreKeyBundle>();
        foreach (var some in devices.Distinct().Chunk(BundleQuery.MaxDevices))
        {
            var answer = await sender.RequestAsync(BundleQuery.Write(some.Select(device => device.Name)), cancellationToken).ConfigureAwait(false);
            foreach (var (device, bundle) in BundleQuery.Read(answer))
            {
                all[device] = bundle;
            }
        }

        if (all.Count < devices.Count)
        {
            Log.BundlesMissing(logger, devices.Count - all.Count, devices.Count);
        }

        return all;
    }

    /// <summary>Asks for the phone's keys and begins a session with them: if its identity is another than the one known, that is the account's key from now on.</summary>
    public async Task RenewIdentityAsync(DeviceId phone, CancellationToken cancellationToken)
    {
        var bundles = await FetchBundlesAsync([phone], cancellationToken).ConfigureAwait(false);
        var news = await database.RunAsync(
            "identity-renewed",
            store =>
            {
                var device = store.Lids.DeviceOf(phone.Name);
                return bundles.TryGetValue(phone.Name, out var bundle) &&
                    IdentityChanges.Seen(store, device, new SessionCipher(store.Signal, random).BuildSession(device, bundle), time.GetUtcNow());
            },
            cancellationToken).ConfigureAwait(false);
        if (news)
        {
            events.Wake();
        }
    }

    private bool Save(SessionTransaction store, IReadOnlyCollection<Jid> asked, IReadOnlyList<UserDevices> answer)
    {
        var people = new People(store, OwnAccount.Of(store), time);
        var now = time.GetUtcNow();
        foreach (var user in answer)
        {
            if (IdentityPair.Of(user.Phone, user.Lid) is { } pair)
            {
                people.Learn(pair);
            }
        }

        var found = new HashSet<PeerId>();
        foreach (var user in answer)
        {
            var person = people.PeerOf(user.User);
            found.Add(person);
            store.DeviceLists.Save(person, Pack(user.Devices), now);
        }

        foreach (var person in asked.Select(people.PeerOf).Where(person => !found.Contains(person)))
        {
            store.DeviceLists.Save(person, store.DeviceLists.Load(person)?.Payload ?? [], now - MaxAge + AskAgainAfter);
        }

        return people.HasNews;
    }

    /// <summary>Keeps a list that is known to be right.</summary>
    public static void Save(SessionTransaction store, PeerId person, IEnumerable<ushort> devices, DateTimeOffset now) =>
        store.DeviceLists.Save(person, Pack([.. devices.Order()]), now);

    private static byte[] Pack(IReadOnlyList<ushort> devices)
    {
        var bytes = new byte[devices.Count * 2];
        for (var i = 0; i < devices.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), devices[i]);
        }

        return bytes;
    }

    private static partial class Log
    {
        [LoggerMessage(1331, LogLevel.Debug, "Asked for the devices of {Asked} people, {Answered} answered")]
        public static partial void Refreshed(ILogger logger, int asked, int answered);

        [LoggerMessage(1332, LogLevel.Warning, "The service has no keys for {Missing} of {Asked} devices; they are left out")]
        public static partial void BundlesMissing(ILogger logger, int missing, int asked);
    }
}
