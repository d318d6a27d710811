using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Peers;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Messages.Sending;

/// <summary>Encrypts for single devices inside one commit, setting up sessions from bundles fetched before.</summary>
/// <param name="store">The commit.</param>
/// <param name="bundles">By the name they were asked for.</param>
/// <param name="random">For keys and padding.</param>
/// <param name="time">For events.</param>
/// <param name="logger">For bundles that are refused.</param>
/// <param name="renew">A device with a bundle gets a new session even if it has one; the old one is kept for what is under way.</param>
internal sealed partial class DeviceEncryption(
    SessionTransaction store, IReadOnlyDictionary<Jid, PreKeyBundle> bundles, IRandomSource random, TimeProvider time, ILogger logger, bool renew = false)
{
    // Named anew here: a LID may have been learned while they were fetched.
    private readonly Dictionary<DeviceId, PreKeyBundle> _bundles = bundles.DistinctBy(item => store.Lids.DeviceOf(item.Key)).ToDictionary(item => store.Lids.DeviceOf(item.Key), item => item.Value);

    private readonly SessionCipher _sessions = new(store.Signal, random);

    /// <summary>Some ciphertext sets up a session: the stanza has to show who we are.</summary>
    public bool NeedsCertificate { get; private set; }

    /// <summary>The <c>to</c> nodes; devices without session and usable bundle are left out.</summary>
    public IReadOnlyList<Node> EncryptForEach(IEnumerable<Recipient> recipients, Func<Recipient, byte[]> plaintext, string? decryptFail, List<Recipient> reached)
    {
        var nodes = new List<Node>();
        foreach (var recipient in recipients)
        {
            if (TryEncrypt(recipient.Id, plaintext(recipient), decryptFail, count: null) is { } encrypted)
            {
                reached.Add(recipient);
                nodes.Add(new Node("to", new() { ["jid"] = recipient.Wire }, encrypted));
            }
        }

        return nodes;
    }

    public Node? TryEncrypt(DeviceId device, byte[] plaintext, string? decryptFail, int? count)
    {
        if (!TryEnsureSession(device))
        {
            return null;
        }

        var ciphertext = _sessions.Encrypt(device, MessagePadding.Pad(plaintext, random));
        NeedsCertificate |= ciphertext.Type == CiphertextType.PreKeyMessage;
        return Encrypted(ciphertext.Type, ciphertext.Bytes, decryptFail, count);
    }

    public static Node Encrypted(CiphertextType type, byte[] bytes, string? decryptFail, int? count) => new(
        "enc",
        new()
        {
            ["v"] = 2,
            ["type"] = type.WireName(),
            ["decrypt-fail"] = decryptFail,
            ["count"] = count is null ? default(AttributeValue) : count.Value,
        },
        bytes);

    public static Node Certificate(OwnAccount own) => new("device-identity", null, own.Certificate);

    private bool TryEnsureSession(DeviceId device)
    {
        if (!_bundles.TryGetValue(device, out var bundle) || (!renew && _sessions.HasSession(device)))
        {
            return _sessions.HasSession(device);
        }

        try
        {
            IdentityChanges.Seen(store, device, _sessions.BuildSession(device, bundle), time.GetUtcNow());
            return true;
        }
        catch (SignalException fault)
        {
            Log.BundleRefused(logger, fault.Fault); // one forged or broken bundle must not keep the message from the others
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1341, LogLevel.Warning, "A device's key bundle was refused ({Fault}); the device is left out")]
        public static partial void BundleRefused(ILogger logger, SignalFault fault);
    }
}
