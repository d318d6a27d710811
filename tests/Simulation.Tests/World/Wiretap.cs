using System.Security.Cryptography;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Signal.Wire;

namespace Simulation.Tests.World;

/// <summary>Hears all the client writes, on every connection of every process. A key used twice shows here first.</summary>
internal sealed class Wiretap
{
    private readonly Dictionary<string, byte[]> _messages = [];
    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, int> _retries = [];
    private readonly BotKeys _preKeys;
    private readonly Func<string, bool> _hostHas;
    private readonly Func<int> _deaths;

    /// <param name="preKeys">Knows every prekey ever shown.</param>
    /// <param name="hostHas">The host has acknowledged the message.</param>
    /// <param name="deaths">How often the client's process has died.</param>
    public Wiretap(BotKeys preKeys, Func<string, bool> hostHas, Func<int> deaths) => (_preKeys, _hostHas, _deaths) = (preKeys, hostHas, deaths);

    /// <summary>Message stanzas seen for the first time, resends and answers to retries not counted.</summary>
    public event Action<string, Node>? FirstSeen;

    public void Hear(Node stanza, byte[] bytes)
    {
        switch (stanza.Tag)
        {
            case "message":
                HearMessage(stanza, bytes);
                break;
            case "receipt" when stanza["type"] == "retry":
                HearRetry(stanza);
                break;
            case "receipt" when stanza["type"] is null or "inactive" && !_hostHas(stanza["id"]!):
                throw new Violation(Promises.ReceiptAfterHost, stanza["id"]!);
        }
    }

    private void HearMessage(Node stanza, byte[] bytes)
    {
        var id = stanza["id"]!;
        if (stanza["participant"] is null && stanza["device_fanout"] is null)
        {
            if (!_messages.TryGetValue(id, out var before))
            {
                _messages.Add(id, bytes);
                FirstSeen?.Invoke(id, stanza);
            }
            else if (!before.AsSpan().SequenceEqual(bytes))
            {
                throw new Violation(Promises.Identical, id);
            }
        }

        foreach (var part in stanza.ChildrenOf("enc").Concat(stanza.Child("participants")?.ChildrenOf("to").SelectMany(to => to.ChildrenOf("enc")) ?? []))
        {
            var key = KeyOf(stanza.JidOf("to")!.Value, part);
            var hash = Convert.ToHexString(SHA256.HashData(part.Bytes!.Value.Span), 0, 12);
            if (!_keys.TryAdd(key, hash) && _keys[key] != hash)
            {
                throw new Violation(Promises.NoKeyReuse, $"{part["type"]} of {id}");
            }
        }
    }

    private void HearRetry(Node receipt)
    {
        var id = receipt["id"]!;
        if (receipt.Child("keys")?.Child("key") is { } key && !_preKeys.Note(key))
        {
            throw new Violation(Promises.PreKeysOnce, $"the key asked for {id} with was shown before");
        }

        // Four under each name of its sender; a process that dies may ask once more than it remembers.
        if ((_retries[id] = _retries.GetValueOrDefault(id) + 1) > 8 + _deaths())
        {
            throw new Violation(Promises.BoundedRetries, id);
        }
    }

    private static string KeyOf(Jid chat, Node part)
    {
        var bytes = part.Bytes!.Value.Span;
        switch (part["type"])
        {
            case "skmsg":
                var shared = SenderKeyMessage.Parse(bytes);
                return $"{chat}|{shared.KeyId}|{shared.Iteration}";
            case "pkmsg":
                bytes = PreKeySignalMessage.Parse(bytes).Message;
                break;
        }

        var message = SignalMessage.Parse(bytes);
        return $"{Convert.ToHexString(message.RatchetKey)}|{message.Counter}";
    }
}
