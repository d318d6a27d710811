using System.Buffers.Binary;
using System.Security.Cryptography;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Requests;

/// <summary>Requests of xmlns <c>encrypt</c>: the store of public keys.</summary>
internal sealed class KeyDesk(ServiceCore core)
{
    public Node Answer(DeviceKey from, Node request)
    {
        var device = core.Accounts.DeviceOf(from)!;
        return (request["type"], request.FirstChild()) switch
        {
            ("get", { Tag: "count" }) => Replies.Result(request, new Node("count", new() { ["value"] = device.PreKeys.Count })),
            ("get", { Tag: "digest" }) => Replies.Result(request, Digest(device)),
            ("get", { Tag: "key" } key) => Replies.Result(request, new Node("list", null, [.. key.ChildrenOf("user").Select(Bundle)])),
            ("set", { Tag: "rotate" } rotate) => Rotate(from, device, request, rotate),
            ("set", _) when request.Child("list") is { } list => Upload(from, device, request, list),
            _ => Unknown(request),
        };
    }

    private Node Upload(DeviceKey from, Device device, Node request, Node list)
    {
        if (request.Child("identity")?.Bytes is not { } identity || !identity.Span.SequenceEqual(device.Identity)
            || request.Child("skey") is not { } skey || !TakeSignedPreKey(device, skey))
        {
            return Replies.Error(request, 400, "bad-request");
        }

        foreach (var key in list.ChildrenOf("key"))
        {
            if (Id(key) is not { } id || key.Child("value")?.Bytes is not { Length: 32 } value)
            {
                return Replies.Error(request, 400, "bad-request");
            }

            core.Accounts.PreKeys.Add(from, device, id, value.ToArray());
        }

        device.ToldLow = false;
        core.Accounts.Save(core.Accounts[from.Account]);
        return Replies.Result(request);
    }

    private Node Rotate(DeviceKey from, Device device, Node request, Node rotate)
    {
        if (rotate.Child("skey") is not { } skey || !TakeSignedPreKey(device, skey))
        {
            return Replies.Error(request, 409, "conflict");
        }

        core.Accounts.Save(core.Accounts[from.Account]);
        return Replies.Result(request);
    }

    private static bool TakeSignedPreKey(Device device, Node skey)
    {
        if (Id(skey) is not { } id || skey.Child("value")?.Bytes is not { Length: 32 } value || skey.Child("signature")?.Bytes is not { } signature
            || !SignedKeys.Verify(device.Identity, value.Span, signature.Span))
        {
            return false;
        }

        (device.SignedPreKeyId, device.SignedPreKey, device.SignedPreKeySignature) = (id, value.ToArray(), signature.ToArray());
        return true;
    }

    private Node Bundle(Node user)
    {
        if (user.JidOf("jid") is not { } jid || core.Accounts.FindDevice(jid) is not { } key || core.Accounts.DeviceOf(key) is not { } device)
        {
            return new Node("user", new() { ["jid"] = user.Attributes["jid"] }, new Node("error", new() { ["code"] = "404", ["text"] = "item-not-found" }));
        }

        List<Node> parts = [new("registration", null, Number(device.RegistrationId, 4)), new("type", null, new byte[] { 5 }), new("identity", null, device.Identity)];
        if (core.Accounts.PreKeys.Take(key, device) is { } one)
        {
            parts.Add(new("key", null, new Node("id", null, Number(one.Id, 3)), new Node("value", null, one.Public)));
        }

        parts.Add(SignedPreKey(device));
        core.Notices.KeysLow(key, device);
        return new Node("user", new() { ["jid"] = jid, ["t"] = core.Now }, parts);
    }

    private static Node Digest(Device device)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(device.Identity);
        sha.AppendData(device.SignedPreKey);
        sha.AppendData(device.SignedPreKeySignature);
        foreach (var key in device.PreKeys.Values)
        {
            sha.AppendData(key);
        }

        return new Node("digest", null,
            new Node("registration", null, Number(device.RegistrationId, 4)),
            new Node("type", null, new byte[] { 5 }),
            new Node("identity", null, device.Identity),
            SignedPreKey(device),
            new Node("list", null, [.. device.PreKeys.Keys.Select(id => new Node("id", null, Number(id, 3)))]),
            new Node("hash", null, sha.GetHashAndReset()));
    }

    private static Node SignedPreKey(Device device) => new("skey", null,
        new Node("id", null, Number(device.SignedPreKeyId, 3)),
        new Node("value", null, device.SignedPreKey),
        new Node("signature", null, device.SignedPreKeySignature));

    private static uint? Id(Node key) => key.Child("id")?.Bytes is { Length: 3 } id
        ? (uint)((id.Span[0] << 16) | (id.Span[1] << 8) | id.Span[2])
        : null;

    private static byte[] Number(uint value, int size)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes[(4 - size)..];
    }

    private Node Unknown(Node request)
    {
        core.Drift.Count($"encrypt {request["type"]} <{request.FirstChild()?.Tag}>", core.Timeline);
        return Replies.Error(request, 501, "feature-not-implemented");
    }
}
