using System.Buffers.Binary;
using WhatsApp.Binary;
using WhatsApp.Signal;

namespace WhatsApp.Devices;

/// <summary>The request for other devices' key bundles. Source: facts 8.3.</summary>
internal static class BundleQuery
{
    public const int MaxDevices = 100;

    public static Node Write(IEnumerable<Jid> devices) => new(
        "iq",
        new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "encrypt" },
        new Node("key", null, [.. devices.Select(device => new Node("user", new() { ["jid"] = device }))]));

    /// <summary>Reads the answer. A device that is gone or whose bundle is damaged is left out; the others stand.</summary>
    public static IReadOnlyDictionary<Jid, PreKeyBundle> Read(Node result)
    {
        var bundles = new Dictionary<Jid, PreKeyBundle>();
        foreach (var user in result.Child("list")?.ChildrenOf("user") ?? [])
        {
            if (user.JidOf("jid") is { } device && ReadBundle(user, user.Child("registration")) is { } bundle)
            {
                bundles[device] = bundle;
            }
        }

        return bundles;
    }

    /// <summary>Reads the keys below <paramref name="keys"/>: of a bundle answer, or of a retry receipt, whose registration stands beside it.</summary>
    public static PreKeyBundle? ReadBundle(Node keys, Node? registration)
    {
        if (keys.Child("error") is not null ||
            Number(registration, 4) is not { } registrationId ||
            Key(keys.Child("identity"), 32) is not { } identity ||
            keys.Child("skey") is not { } signed ||
            Number(signed.Child("id"), 3) is not { } signedId ||
            Key(signed.Child("value"), 32) is not { } signedKey ||
            Key(signed.Child("signature"), 64) is not { } signature)
        {
            return null;
        }

        var oneTime = keys.Child("key");
        var oneTimeId = Number(oneTime?.Child("id"), 3);
        var oneTimeKey = Key(oneTime?.Child("value"), 32);
        return oneTime is not null && (oneTimeId is null || oneTimeKey is null)
            ? null
            : new PreKeyBundle(registrationId, identity, signedId, signedKey, signature, oneTimeId, oneTimeKey);
    }

    public static uint? ReadRegistration(Node? registration) => Number(registration, 4);

    private static byte[]? Key(Node? node, int length) =>
        node?.Bytes is { } bytes && bytes.Length == length ? bytes.ToArray() : null;

    private static uint? Number(Node? node, int length)
    {
        if (node?.Bytes is not { } bytes || bytes.Length != length)
        {
            return null;
        }

        Span<byte> padded = stackalloc byte[4];
        padded.Clear();
        bytes.Span.CopyTo(padded[(4 - length)..]);
        return BinaryPrimitives.ReadUInt32BigEndian(padded);
    }
}
