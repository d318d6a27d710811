using System.Text.Json;
using WhatsApp;
using WhatsApp.Signal;

namespace Benchmarks.Comparison;

/// <summary>Beginning a session from a bundle with its first message, and from such a message. What one side begins the other takes in.</summary>
internal sealed class SetUpExchange(BaileysProcess baileys) : Exchange(baileys)
{
    private const int OurCount = 400, TheirCount = 60, Passes = 6;
    private readonly Row _out = new("session set-up, out", 8);
    private readonly Row _in = new("session set-up, in", 12);
    private readonly byte[] _text = Party.Chance.Bytes(100);
    private readonly Party _we = new();
    private PreKeyBundle _theirBundle = null!;
    private byte[][] _ours = [], _theirs = [];

    public override IReadOnlyList<Row> Rows => [_out, _in];

    public override async Task PrepareAsync()
    {
        var bundle = await Baileys.AskAsync(new { Op = "setUpBundle" });
        _theirBundle = new PreKeyBundle(
            bundle.GetProperty("registrationId").GetUInt32(),
            bundle.BytesOf("identity"),
            1,
            bundle.BytesOf("signedKey"),
            bundle.BytesOf("signature"),
            1,
            bundle.BytesOf("preKey"));
        await BeginTheirsAsync();
        BeginOurs();
    }

    public override Task<IReadOnlyList<Measure>> OursAsync()
    {
        var began = Stopclock.Time(_out, OurCount, BeginOurs);
        var taken = Stopclock.Time(_in, Passes * _theirs.Length, () =>
        {
            for (var pass = 0; pass < Passes; pass++)
            {
                foreach (var message in _theirs)
                {
                    _we.Store.DeleteSession(Party.Address);
                    _we.RestorePreKey();
                    Require(_we.Cipher.Decrypt(Party.Address, CiphertextType.PreKeyMessage, message).AsSpan().SequenceEqual(_text), "a first message of theirs");
                }
            }
        });
        return Task.FromResult<IReadOnlyList<Measure>>([began, taken]);
    }

    public override async Task<IReadOnlyList<Measure>> TheirsAsync()
    {
        var began = await BeginTheirsAsync();
        var taken = await Baileys.AskAsync(new { Op = "setUpIn", Messages = _ours[..TheirCount], Data = _text });
        return [began.MeasureOf(_out), taken.MeasureOf(_in)];
    }

    private void BeginOurs()
    {
        _ours = new byte[OurCount][];
        for (var n = 0; n < OurCount; n++)
        {
            _we.Store.DeleteSession(Party.Address);
            _we.Cipher.BuildSession(Party.Address, _theirBundle);
            _ours[n] = _we.Cipher.Encrypt(Party.Address, _text).Bytes;
        }
    }

    private async Task<JsonElement> BeginTheirsAsync()
    {
        var own = _we.Bundle;
        var answer = await Baileys.AskAsync(new
        {
            Op = "setUpOut",
            Bundle = new
            {
                own.RegistrationId,
                own.Identity,
                SignedId = own.SignedPreKeyId,
                SignedKey = own.SignedPreKey,
                Signature = own.SignedPreKeySignature,
                own.PreKeyId,
                own.PreKey,
            },
            Count = TheirCount,
            Data = _text,
        });
        _theirs = [.. answer.GetProperty("messages").EnumerateArray().Select(message => message.GetBytesFromBase64())];
        return answer;
    }
}
