using WhatsApp;
using WhatsApp.Crypto;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Tests.Signal;

namespace Benchmarks.Comparison;

/// <summary>
/// Two parties that answer each other, so that every message turns the ratchet: encrypt, decrypt and one turn. Records in memory;
/// on the other side libsignal alone, its records kept as objects, which is its best case.
/// </summary>
internal sealed class RatchetExchange(BaileysProcess baileys) : Exchange(baileys)
{
    private const int OurTurns = 1200, TheirTurns = 120;
    private readonly Row _row = new("ratchet turn: encrypt, decrypt, turn", 7);
    private readonly byte[] _text = Party.Chance.Bytes(100);
    private readonly Party _alice = new(), _bob = new();

    public override IReadOnlyList<Row> Rows => [_row];

    public override Task PrepareAsync()
    {
        _alice.Cipher.BuildSession(Party.Address, _bob.Bundle);
        return Task.CompletedTask;
    }

    public override Task<IReadOnlyList<Measure>> OursAsync() => Task.FromResult<IReadOnlyList<Measure>>(
    [
        Stopclock.Time(_row, OurTurns, () =>
        {
            for (var turn = 0; turn < OurTurns; turn += 2)
            {
                Pass(_alice, _bob);
                Pass(_bob, _alice);
            }
        }),
    ]);

    public override async Task<IReadOnlyList<Measure>> TheirsAsync() =>
        [(await Baileys.AskAsync(new { Op = "ratchet", Count = TheirTurns, Data = _text })).MeasureOf(_row)];

    private void Pass(Party from, Party to)
    {
        var message = from.Cipher.Encrypt(Party.Address, _text);
        Require(to.Cipher.Decrypt(Party.Address, message.Type, message.Bytes).AsSpan().SequenceEqual(_text), "a turn changed a text");
    }
}

/// <summary>One device of ours with its records in memory, and one address for whoever it talks to.</summary>
internal sealed class Party
{
    public static readonly SystemRandomSource Chance = new();
    public static readonly DeviceId Address = DeviceId.Of(new Jid("100000000000001", JidServers.Lid, 3), NoBook.Instance);
    private readonly KeyPair _preKey = KeyPair.Generate(Chance);

    public Party()
    {
        Store = new MemorySignalStore(new OwnIdentity(KeyPair.Generate(Chance), 1));
        var signed = KeyPair.Generate(Chance);
        Store.SignedPreKeys[1] = new SignedPreKey(1, signed, XEdDsa.Sign(Store.Own.Identity.Private, SignalPublicKey.ToWire(signed.Public), Chance));
        Cipher = new SessionCipher(Store, Chance);
        RestorePreKey();
    }

    public MemorySignalStore Store { get; }

    public SessionCipher Cipher { get; }

    public PreKeyBundle Bundle
    {
        get
        {
            var signed = Store.SignedPreKeys[1];
            return new PreKeyBundle(1, Store.Own.Identity.Public, 1, signed.Key.Public, signed.Signature, 1, _preKey.Public);
        }
    }

    /// <summary>The one-time prekey is there again, so that set-ups can be repeated.</summary>
    public void RestorePreKey() => Store.PreKeys[1] = _preKey;
}
