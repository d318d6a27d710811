using System.Buffers.Binary;
using Google.Protobuf;
using Simulation.Tests.Driving;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Devices;
using WhatsApp.Messages;
using WhatsApp.Pairing;
using WhatsApp.Peers;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Tests.Signal;

namespace Simulation.Tests.World;

/// <summary>A message on its way to a peer's device.</summary>
internal sealed record PeerMail(string Id, Jid? Group, IReadOnlyList<Node> Parts);

/// <summary>Another person's device, or our own phone: real ratchets, and the behaviour of a well-meaning client. Knows the client under one name only.</summary>
internal sealed class PeerDevice
{
    private const int MostAsked = 5;
    private static readonly DeviceId Bot = DeviceId.Of(SimService.BotLid, NoBook.Instance);

    private readonly SimService _service;
    private readonly SimRandom _random;
    private readonly MemorySignalStore _keys;
    private readonly SessionCipher _sessions;
    private readonly GroupCipher _groups;
    private readonly SignedPreKey _signed;
    private readonly Dictionary<string, SentMessage> _sent = [];
    private readonly Dictionary<string, int> _waiting = [];
    private readonly Dictionary<Jid, string> _keyGiven = [];
    private readonly HashSet<string> _read = [];
    private readonly DeviceId _own;
    private readonly byte[]? _certificate;
    private uint _lastPreKey;

    /// <param name="service">Where it is registered.</param>
    /// <param name="account">Whose it is.</param>
    /// <param name="number">0 is the phone.</param>
    /// <param name="shown">What this device has shown, over all its installations.</param>
    public PeerDevice(SimService service, Account account, ushort number, HashSet<string> shown)
    {
        (_service, _random, Account, Number, Shown) = (service, service.Random, account, number, shown);
        _own = DeviceId.Of(account.Lid.WithDevice(number), NoBook.Instance);
        _keys = new MemorySignalStore(new OwnIdentity(KeyPair.Generate(_random), _random.PositiveInt31()));
        _sessions = new SessionCipher(_keys, _random);
        _groups = new GroupCipher(_keys, _random);
        var key = KeyPair.Generate(_random);
        byte[] signed = [5, .. key.Public];
        _signed = new SignedPreKey(1, key, XEdDsa.Sign(_keys.Own.Identity.Private, signed, _random));
        _keys.SignedPreKeys.Add(_signed.Id, _signed);
        if (number == 0)
        {
            account.Identity = _keys.Own.Identity;
        }
        else
        {
            _certificate = Vouch(account.Identity!);
        }
    }

    public Account Account { get; }

    public ushort Number { get; }

    public HashSet<string> Shown { get; }

    /// <summary>Messages this device holds and cannot read yet.</summary>
    public IReadOnlyCollection<string> Waiting => _waiting.Keys;

    public Queue<PeerMail> Inbox { get; } = new();

    /// <summary>The client has been told of this device and has acknowledged it.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Set up anew or unlinked: nobody answers for its messages any more.</summary>
    public bool IsGone { get; set; }

    public Jid Phone => Account.Phone.WithDevice(Number);

    public Jid Lid => Account.Lid.WithDevice(Number);

    /// <summary>What anybody gets who asks the service for this device's keys.</summary>
    public Node Bundle(Jid asked)
    {
        var oneTime = NewPreKey();
        return new Node("user", new() { ["jid"] = asked }, [Registration(), .. KeyNodes(oneTime)]);
    }

    public Node SendDirect(string id, string text, bool isPoison)
    {
        var message = new SentMessage(null, new Message { Conversation = text }.ToByteArray(), isPoison);
        _sent.Add(id, message);
        return _service.FromPeer(this, null, id, [Pairwise(message, message.Plaintext, count: null), .. CertificateNode()]);
    }

    public Node SendToGroup(SimGroup group, string id, string text)
    {
        var message = new SentMessage(group, new Message { Conversation = text }.ToByteArray(), false);
        _sent.Add(id, message);
        var parts = new List<Node>();
        if (_keyGiven.TryAdd(group.Jid, id))
        {
            parts.Add(Pairwise(message, WithSenderKey(group, new Message()), count: null));
        }

        _groups.DistributionFor(group.Jid, _own);
        var bytes = _groups.Encrypt(group.Jid, _own, MessagePadding.Pad(message.Plaintext, _random));
        parts.Add(Part("skmsg", bytes, null));
        parts.AddRange(CertificateNode());
        return _service.FromPeer(this, group, id, parts);
    }

    /// <summary>The client has answered a message; with a receipt when it could read it at once.</summary>
    public void Answered(string id, bool byReceipt)
    {
        if (byReceipt)
        {
            _read.Add(id);
        }
    }

    /// <summary>The next message in its inbox.</summary>
    public void Read()
    {
        var mail = Inbox.Dequeue();
        if (Shown.Contains(mail.Id))
        {
            _service.ReceiptToBot(this, mail, null, []);
            return;
        }

        SignalFault? fault = null;
        string? text = null;
        foreach (var part in mail.Parts.OrderBy(part => part["type"] == "skmsg"))
        {
            try
            {
                text = Decrypt(mail, part) ?? text;
            }
            catch (SignalException failed)
            {
                fault = failed.Fault;
            }
        }

        if (text is not null)
        {
            Shown.Add(mail.Id);
            _waiting.Remove(mail.Id);
            _service.ShownAtPeer(this, mail.Id, text);
            _service.ReceiptToBot(this, mail, null, []);
        }
        else if (fault is { } reason)
        {
            Ask(mail, reason);
        }
    }

    /// <summary>The client could not read a message of ours and asks for it.</summary>
    public void Answer(Node receipt)
    {
        var id = receipt["id"]!;
        if (!_sent.TryGetValue(id, out var message))
        {
            return;
        }

        CheckNothingWasLost(receipt, id, message);
        if (receipt.Child("keys") is { } keys)
        {
            _sessions.BuildSession(Bot, BundleQuery.ReadBundle(keys, receipt.Child("registration")) ?? throw new InvalidOperationException("The client sent damaged keys."));
        }

        var count = int.Parse(receipt.Child("retry")!["count"]!, System.Globalization.CultureInfo.InvariantCulture);
        var plaintext = message.Group is { } group ? WithSenderKey(group, Message.Parser.ParseFrom(message.Plaintext)) : message.Plaintext;
        _service.Push(_service.FromPeer(this, message.Group, id, [Pairwise(message, plaintext, count), .. CertificateNode()]));
    }

    /// <summary>Tries to read a group message with what this device ever got. For those who must not.</summary>
    public bool CanRead(Jid group, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            _groups.Decrypt(group, Bot, bytes);
            return true;
        }
        catch (SignalException)
        {
            return false;
        }
    }

    public override string ToString() => $"{Account}:{Number}";

    private string? Decrypt(PeerMail mail, Node part)
    {
        var bytes = part.Bytes!.Value;
        var plaintext = part["type"] switch
        {
            "skmsg" => _groups.Decrypt(mail.Group!.Value, Bot, bytes),
            "pkmsg" => _sessions.Decrypt(Bot, CiphertextType.PreKeyMessage, bytes),
            _ => _sessions.Decrypt(Bot, CiphertextType.Message, bytes),
        };
        var message = Message.Parser.ParseFrom(MessagePadding.Unpad(plaintext).ToArray());
        message = message.DeviceSentMessage?.Message ?? message;
        if (message.SenderKeyDistributionMessage is { } senderKey && mail.Group is { } group)
        {
            _groups.Process(group, Bot, senderKey.AxolotlSenderKeyDistributionMessage.Span);
        }

        return message.HasConversation ? message.Conversation : null;
    }

    /// <summary>"No session" is a fair answer to whoever begins; not where the client has shown that it had one.</summary>
    private void CheckNothingWasLost(Node receipt, string id, SentMessage message)
    {
        if (receipt.Child("retry")!["error"] != "1")
        {
            return;
        }

        if (message is { Group: null, IsPoison: false, LastType: CiphertextType.Message })
        {
            throw new Violation(Promises.SessionsKept, $"the session {id} of {this} was written in");
        }

        if (!_service.HadDisorder && message is { Group: { } group } && _keyGiven[group.Jid] is { } given && given != id && _read.Contains(given))
        {
            throw new Violation(Promises.SessionsKept, $"the sender key {this} gave in {given}");
        }
    }

    private void Ask(PeerMail mail, SignalFault fault)
    {
        var count = _waiting.GetValueOrDefault(mail.Id) + 1;
        _waiting[mail.Id] = count;
        if (count > MostAsked)
        {
            return;
        }

        List<Node> children =
        [
            new("retry", new() { ["v"] = 1, ["count"] = count, ["id"] = mail.Id, ["t"] = 1_772_366_400, ["error"] = fault == SignalFault.Duplicate ? 0 : (int)fault }),
            Registration(),
        ];
        if (count >= 2 || fault == SignalFault.NoSession)
        {
            children.Add(new Node("keys", null, [.. KeyNodes(NewPreKey()), .. CertificateNode()]));
        }

        _service.ReceiptToBot(this, mail, "retry", children);
    }

    private Node Pairwise(SentMessage message, byte[] plaintext, int? count)
    {
        if (!_sessions.HasSession(Bot))
        {
            _sessions.BuildSession(Bot, _service.Keys.Take());
        }

        var encrypted = _sessions.Encrypt(Bot, MessagePadding.Pad(plaintext, _random));
        message.LastType = encrypted.Type;
        if (message.IsPoison)
        {
            encrypted.Bytes[^1] ^= 0x40;
        }

        return Part(encrypted.Type.WireName(), encrypted.Bytes, count);
    }

    private byte[] WithSenderKey(SimGroup group, Message message)
    {
        message.SenderKeyDistributionMessage = new()
        {
            GroupId = group.Jid.ToString(),
            AxolotlSenderKeyDistributionMessage = ByteString.CopyFrom(_groups.DistributionFor(group.Jid, _own)),
        };
        return message.ToByteArray();
    }

    private static Node Part(string type, byte[] bytes, int? count) =>
        new("enc", new() { ["v"] = 2, ["type"] = type, ["count"] = count is null ? default(AttributeValue) : count.Value }, bytes);

    private (uint Id, KeyPair Key) NewPreKey()
    {
        var key = KeyPair.Generate(_random);
        _keys.PreKeys.Add(++_lastPreKey, key);
        return (_lastPreKey, key);
    }

    private Node Registration()
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, _keys.Own.RegistrationId);
        return new Node("registration", null, bytes);
    }

    private Node[] KeyNodes((uint Id, KeyPair Key) oneTime) =>
    [
        new("type", null, new byte[] { 5 }),
        new("identity", null, _keys.Own.Identity.Public),
        new("key", null, new Node("id", null, Three(oneTime.Id)), new Node("value", null, oneTime.Key.Public)),
        new("skey", null, new Node("id", null, Three(_signed.Id)), new Node("value", null, _signed.Key.Public), new Node("signature", null, _signed.Signature)),
    ];

    /// <summary>A companion that begins a session shows that the phone of its account vouches for it.</summary>
    private Node[] CertificateNode() => _certificate is null ? [] : [new Node("device-identity", null, _certificate)];

    private byte[] Vouch(KeyPair account)
    {
        var own = _keys.Own.Identity;
        var details = new ADVDeviceIdentity { RawId = 1, Timestamp = 1_772_366_400, KeyIndex = Number, AccountType = ADVEncryptionType.E2Ee, DeviceType = ADVEncryptionType.E2Ee }.ToByteArray();
        return new ADVSignedDeviceIdentity
        {
            Details = ByteString.CopyFrom(details),
            AccountSignatureKey = ByteString.CopyFrom(account.Public),
            AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(account.Private, AdvFormats.AccountSigned(ADVEncryptionType.E2Ee, details, own.Public), _random)),
            DeviceSignature = ByteString.CopyFrom(XEdDsa.Sign(own.Private, AdvFormats.DeviceSigned(ADVEncryptionType.E2Ee, details, own.Public, account.Public), _random)),
        }.ToByteArray();
    }

    private static byte[] Three(uint id) => [(byte)(id >> 16), (byte)(id >> 8), (byte)id];

    private sealed record SentMessage(SimGroup? Group, byte[] Plaintext, bool IsPoison)
    {
        public CiphertextType LastType { get; set; }
    }
}

/// <summary>Peers name everybody by LID from the start.</summary>
internal sealed class NoBook : ILidBook
{
    public static NoBook Instance { get; } = new();

    public Jid? LidOf(Jid phone) => null;
}
