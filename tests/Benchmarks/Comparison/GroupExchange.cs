using System.Globalization;
using WhatsApp;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Tests.Signal;

namespace Benchmarks.Comparison;

/// <summary>
/// Group messages under a sender key that has encrypted some messages before; records in memory on both sides. Baileys' key is brought
/// to that age by writing the state it would have: every second iteration skipped and kept, 2,000 at most.
/// </summary>
internal sealed class GroupEncryptExchange(BaileysProcess baileys, uint age) : Exchange(baileys)
{
    private const int OurCount = 1500;
    private readonly int _theirCount = age < 1000 ? 20 : 8;
    private readonly Row _row = new(string.Create(CultureInfo.InvariantCulture, $"group encrypt, key at iteration {age:N0}"), 50);
    private readonly string _name = $"group writer {age}";
    private readonly string _reader = $"group reader {age}";
    private readonly byte[] _text = Party.Chance.Bytes(100);
    private readonly GroupCipher _cipher = new(new Party().Store, Party.Chance);
    private readonly GroupCipher _check = new(new Party().Store, Party.Chance);
    private byte[] _aged = [];

    private static readonly Jid Group = Jid.Parse("120363000000000001@g.us");
    private static readonly Jid Author = Jid.Parse("100000000000001:3@lid");

    public override IReadOnlyList<Row> Rows => [_row];

    public override async Task PrepareAsync()
    {
        _cipher.Rotate(Group, DeviceId.Of(Author, NoBook.Instance));
        for (var iteration = 0u; iteration < age; iteration++)
        {
            _cipher.Encrypt(Group, DeviceId.Of(Author, NoBook.Instance), _text);
        }

        _aged = _cipher.DistributionFor(Group, DeviceId.Of(Author, NoBook.Instance));
        await Baileys.AskAsync(new { Op = "createDevice", Name = _name, Store = "memory" });
        await Baileys.AskAsync(new { Op = "createDevice", Name = _reader, Store = "memory" });
        await Baileys.AskAsync(new { Op = "learnGroupKey", Name = _reader, Group = Group.ToString(), Author = Author.ToString(), Distribution = _aged });
        var key = await Baileys.AskAsync(new { Op = "ageGroupKey", Name = _name, Group = Group.ToString(), Me = Author.ToString(), Iteration = age });
        _check.Process(Group, DeviceId.Of(Author, NoBook.Instance), key.BytesOf("distribution"));
    }

    public override async Task<IReadOnlyList<Measure>> OursAsync()
    {
        byte[] last = [];
        var measure = Stopclock.Time(_row, OurCount, () =>
        {
            for (var n = 0; n < OurCount; n++)
            {
                last = _cipher.Encrypt(Group, DeviceId.Of(Author, NoBook.Instance), _text);
            }
        });
        await Baileys.AskAsync(new { Op = "groupDecrypt", Name = _reader, Group = Group.ToString(), Author = Author.ToString(), Messages = new[] { last }, Data = _text });
        return [measure];
    }

    public override async Task<IReadOnlyList<Measure>> TheirsAsync()
    {
        var answer = await Baileys.AskAsync(new { Op = "groupEncrypt", Name = _name, Group = Group.ToString(), Me = Author.ToString(), Count = _theirCount, Data = _text });
        Require(_check.Decrypt(Group, DeviceId.Of(Author, NoBook.Instance), answer.BytesOf("last")).AsSpan().SequenceEqual(_text), "a group message of theirs");
        return [answer.MeasureOf(_row)];
    }
}

/// <summary>Group messages in order, read with records in memory; both sides read what ours wrote.</summary>
internal sealed class GroupDecryptExchange(BaileysProcess baileys) : Exchange(baileys)
{
    private const int OurCount = 1500, TheirCount = 30;
    private const string Name = "group listener";
    private readonly Row _row = new("group decrypt", 50);
    private readonly byte[] _text = Party.Chance.Bytes(100);
    private readonly GroupCipher _forUs = new(new Party().Store, Party.Chance);
    private readonly GroupCipher _forThem = new(new Party().Store, Party.Chance);
    private readonly GroupCipher _reader = new(new Party().Store, Party.Chance);

    private static readonly Jid Group = Jid.Parse("120363000000000002@g.us");
    private static readonly Jid Author = Jid.Parse("100000000000001:3@lid");

    public override IReadOnlyList<Row> Rows => [_row];

    public override async Task PrepareAsync()
    {
        _reader.Process(Group, DeviceId.Of(Author, NoBook.Instance), _forUs.DistributionFor(Group, DeviceId.Of(Author, NoBook.Instance)));
        await Baileys.AskAsync(new { Op = "createDevice", Name, Store = "memory" });
        var distribution = _forThem.DistributionFor(Group, DeviceId.Of(Author, NoBook.Instance));
        await Baileys.AskAsync(new { Op = "learnGroupKey", Name, Group = Group.ToString(), Author = Author.ToString(), Distribution = distribution });
    }

    public override Task<IReadOnlyList<Measure>> OursAsync()
    {
        var messages = Write(_forUs, OurCount);
        return Task.FromResult<IReadOnlyList<Measure>>(
        [
            Stopclock.Time(_row, OurCount, () =>
            {
                foreach (var message in messages)
                {
                    Require(_reader.Decrypt(Group, DeviceId.Of(Author, NoBook.Instance), message).AsSpan().SequenceEqual(_text), "a group message");
                }
            }),
        ]);
    }

    public override async Task<IReadOnlyList<Measure>> TheirsAsync()
    {
        var messages = Write(_forThem, TheirCount);
        var answer = await Baileys.AskAsync(new { Op = "groupDecrypt", Name, Group = Group.ToString(), Author = Author.ToString(), Messages = messages, Data = _text });
        return [answer.MeasureOf(_row)];
    }

    private byte[][] Write(GroupCipher cipher, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => cipher.Encrypt(Group, DeviceId.Of(Author, NoBook.Instance), _text))];
}
