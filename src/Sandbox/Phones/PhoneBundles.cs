using System.Buffers.Binary;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>Begins sessions: asks the service for the other device's keys, as any client does.</summary>
internal sealed class PhoneBundles(PhoneContext phone)
{
    /// <summary>Makes a new session in any case. False when the device has no keys there.</summary>
    public bool Fetch(Jid device)
    {
        var answer = phone.Core.Ask(phone.Key, new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "get", ["xmlns"] = "encrypt", ["id"] = phone.Core.NewId() },
            new Node("key", null, new Node("user", new() { ["jid"] = device }))));
        if (answer.Child("list")?.Child("user") is not { } user || user.Child("identity")?.Bytes is not { } identity)
        {
            return false;
        }

        return Build(device, user, identity);
    }

    /// <summary>Makes a session from keys that came with a retry receipt.</summary>
    public bool Take(Jid device, Node receipt) =>
        receipt.Child("keys") is { } keys && keys.Child("identity")?.Bytes is { } identity
        && Build(device, new Node("keys", null, [.. receipt.ChildrenOf("registration"), .. keys.Children]), identity);

    private bool Build(Jid device, Node parts, ReadOnlyMemory<byte> identity)
    {
        if (parts.Child("registration")?.Bytes is not { Length: 4 } registration || parts.Child("skey") is not { } skey
            || skey.Child("value")?.Bytes is not { } value || skey.Child("signature")?.Bytes is not { } signature)
        {
            return false;
        }

        var one = parts.Child("key");
        phone.Sessions.BuildSession(phone.AddressOf(device), new PreKeyBundle(
            BinaryPrimitives.ReadUInt32BigEndian(registration.Span),
            identity.ToArray(),
            Id(skey),
            value.ToArray(),
            signature.ToArray(),
            one is null ? null : Id(one),
            one?.Child("value")?.Bytes?.ToArray()));
        return true;
    }

    private static uint Id(Node key) => key.Child("id")?.Bytes is { Length: 3 } id
        ? (uint)((id.Span[0] << 16) | (id.Span[1] << 8) | id.Span[2])
        : throw new SignalException(SignalFault.InvalidKeyId, "A key's id has not three bytes.");
}
