using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WaBot.Security;
using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;
using WhatsApp.Tests.Signal;

namespace Benchmarks.Comparison;

/// <summary>
/// A 100-byte text encrypted and decrypted for sixteen peers, each message stored before it counts. Ours: the session store as the
/// product opens it (WAL, synchronous=FULL, sealed columns, group commit). Baileys: its repository over its own multi-file store.
/// </summary>
/// <param name="baileys">The other side.</param>
/// <param name="oneCaller">One message at a time instead of one for each peer.</param>
/// <param name="keys">Baileys' store: <c>files</c> as its README has it, or <c>cached files</c> as its example has it.</param>
/// <param name="goal">For both rows.</param>
internal sealed class StoreExchange(BaileysProcess baileys, bool oneCaller, string keys, double? goal) : Exchange(baileys)
{
    private const int Peers = 16;
    private readonly int _ours = oneCaller ? 480 : 1600;
    private readonly int _theirs = oneCaller ? 320 : 640;
    private readonly Row _encrypt = new($"encrypt 100 bytes, stored, {Who(oneCaller)} (Baileys: {keys})", goal);
    private readonly Row _decrypt = new($"decrypt 100 bytes, stored, {Who(oneCaller)} (Baileys: {keys})", goal);
    private readonly string _name = $"store {oneCaller} {keys}";
    private readonly SystemRandomSource _random = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("comparison-");
    private readonly byte[] _text = new SystemRandomSource().Bytes(100);

    // Four sets of sessions, so that what is only checked does not slow down what is timed.
    private readonly string[] _weWrite = Names(0), _theyRead = Names(1), _theyWrite = Names(2), _weRead = Names(3);
    private ServiceProvider _services = null!;
    private SqliteSessionDatabase _database = null!;

    public override IReadOnlyList<Row> Rows => [_encrypt, _decrypt];

    public override async Task PrepareAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddKeyRing(Path.Combine(_folder.FullName, "keys"));
        services.AddSingleton<RingProtector>();
        _services = services.BuildServiceProvider();
        _database = SqliteSessionDatabase.Open(Path.Combine(_folder.FullName, "ours"), _services.GetRequiredService<RingProtector>());
        await _database.RunAsync("made", store => store.Device.Create(_random, TimeProvider.System.GetUtcNow()));
        var device = await Baileys.AskAsync(new { Op = "createDevice", Name = _name, Store = keys, Folder = Path.Combine(_folder.FullName, "theirs") });
        var preKeys = await Baileys.AskAsync(new { Op = "addPreKeys", Name = _name, Count = 4 * Peers });
        var next = preKeys.GetProperty("keys").EnumerateArray().ToArray();
        var number = 0;
        foreach (var peer in (string[])[.. _weWrite, .. _theyRead, .. _theyWrite, .. _weRead])
        {
            await BeginAsync(peer, device, next[number++]);
        }
    }

    public override async Task<IReadOnlyList<Measure>> OursAsync()
    {
        var last = new Ciphertext[Peers];
        var encrypted = await Stopclock.TimeAsync(_encrypt, _ours, () => ForEachAsync(_ours, async (peer, _) => last[peer] = await EncryptAsync(_weWrite[peer])));
        await Baileys.AskAsync(new { Op = "decrypt", Name = _name, Messages = _weWrite.Select((jid, i) => Wire(jid, last[i])), Data = _text, InTurn = false });

        var asked = await Baileys.AskAsync(new { Op = "encrypt", Name = _name, Peers = _weRead, Count = _ours, Data = _text, InTurn = false, KeepAll = true });
        var messages = Parse(asked).GroupBy(message => message.Jid).ToDictionary(list => list.Key, list => list.ToArray());
        var decrypted = await Stopclock.TimeAsync(_decrypt, _ours, () => ForEachAsync(_ours, (peer, n) => DecryptAsync(messages[_weRead[peer]][n])));
        return [encrypted, decrypted];
    }

    public override async Task<IReadOnlyList<Measure>> TheirsAsync()
    {
        var encrypted = await Baileys.AskAsync(new { Op = "encrypt", Name = _name, Peers = _theyWrite, Count = _theirs, Data = _text, InTurn = oneCaller, KeepAll = false });
        foreach (var message in Parse(encrypted))
        {
            await DecryptAsync(message);
        }

        var messages = new List<object>();
        for (var n = 0; n < _theirs; n++)
        {
            messages.Add(Wire(_theyRead[n % Peers], await EncryptAsync(_theyRead[n % Peers])));
        }

        var decrypted = await Baileys.AskAsync(new { Op = "decrypt", Name = _name, Messages = messages, Data = _text, InTurn = oneCaller });
        return [encrypted.MeasureOf(_encrypt), decrypted.MeasureOf(_decrypt)];
    }

    public override async ValueTask CloseAsync()
    {
        await _database.DisposeAsync();
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Who(bool oneCaller) => oneCaller ? "one caller" : $"{Peers} peers in flight";

    /// <summary>Both sides use the same names for the two ends of a session.</summary>
    private static string[] Names(int set) =>
        [.. Enumerable.Range(0, Peers).Select(peer => string.Create(CultureInfo.InvariantCulture, $"1000000{set:00}{peer:0000}@lid"))];

    private static DeviceId AddressOf(string jid) => DeviceId.Of(Jid.Parse(jid), NoBook.Instance);

    private static object Wire(string jid, Ciphertext message) =>
        new { Jid = jid, Type = message.Type == CiphertextType.PreKeyMessage ? "pkmsg" : "msg", Body = message.Bytes };

    private static List<Message> Parse(JsonElement answer) =>
        [.. answer.GetProperty("messages").EnumerateArray().Select(message => new Message(
            message.GetProperty("jid").GetString()!,
            message.GetProperty("type").GetString() == "pkmsg" ? CiphertextType.PreKeyMessage : CiphertextType.Message,
            message.BytesOf("body")))];

    /// <summary>A session that both sides have written on.</summary>
    private async Task BeginAsync(string jid, JsonElement device, JsonElement preKey)
    {
        var bundle = new PreKeyBundle(
            device.GetProperty("registrationId").GetUInt32(),
            device.BytesOf("identity"),
            device.GetProperty("signedId").GetUInt32(),
            device.BytesOf("signedKey"),
            device.BytesOf("signature"),
            preKey.GetProperty("id").GetUInt32(),
            preKey.BytesOf("key"));
        await _database.RunAsync("built", store => new SessionCipher(store.Signal, _random).BuildSession(AddressOf(jid), bundle));
        await Baileys.AskAsync(new { Op = "decrypt", Name = _name, Messages = new[] { Wire(jid, await EncryptAsync(jid)) }, Data = _text, InTurn = true });
        foreach (var reply in Parse(await Baileys.AskAsync(new { Op = "encrypt", Name = _name, Peers = new[] { jid }, Count = 1, Data = _text, InTurn = true, KeepAll = true })))
        {
            await DecryptAsync(reply);
        }

        await Baileys.AskAsync(new { Op = "decrypt", Name = _name, Messages = new[] { Wire(jid, await EncryptAsync(jid)) }, Data = _text, InTurn = true });
    }

    private Task ForEachAsync(int count, Func<int, int, Task> work) => oneCaller
        ? Task.Run(async () =>
        {
            for (var n = 0; n < count; n++)
            {
                await work(n % Peers, n / Peers);
            }
        })
        : Task.WhenAll(Enumerable.Range(0, Peers).Select(peer => Task.Run(async () =>
        {
            for (var n = 0; n < count / Peers; n++)
            {
                await work(peer, n);
            }
        })));

    private Task<Ciphertext> EncryptAsync(string jid) =>
        _database.RunAsync("encrypt", store => new SessionCipher(store.Signal, _random).Encrypt(AddressOf(jid), _text));

    private async Task DecryptAsync(Message message)
    {
        var text = await _database.RunAsync("decrypt", store => new SessionCipher(store.Signal, _random).Decrypt(AddressOf(message.Jid), message.Type, message.Body));
        Require(text.AsSpan().SequenceEqual(_text), "a text came out of the store's session that did not go in");
    }

    private sealed record Message(string Jid, CiphertextType Type, byte[] Body);
}
