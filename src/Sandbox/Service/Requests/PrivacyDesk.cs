using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Requests;

/// <summary>Requests of xmlns <c>privacy</c>: settings (all at their defaults) and the tokens that allow writing first.</summary>
internal sealed class PrivacyDesk(ServiceCore core)
{
    private static readonly string[] Settings = ["readreceipts", "profile", "status", "online", "last", "groupadd", "calladd"];

    public Node Answer(DeviceKey from, Node request)
    {
        if (request["type"] == "get")
        {
            return Replies.Result(request, new Node("privacy", null,
                [.. Settings.Select(name => new Node("category", new() { ["name"] = name, ["value"] = "all" }))]));
        }

        foreach (var token in request.Child("tokens")?.ChildrenOf("token") ?? [])
        {
            if (token.JidOf("jid") is { } jid && core.Accounts.Find(jid) is { } peer)
            {
                Issue(core.Accounts[from.Account], peer, jid.IsLid);
            }
        }

        return Replies.Result(request);
    }

    private void Issue(Account issuer, Account peer, bool lid)
    {
        var token = core.Options.Random.Bytes(16);
        issuer.TokensFor[peer.Id] = token;
        core.Accounts.Save(issuer);
        foreach (var device in peer.DeviceKeys.Where(device => device.Device != 0))
        {
            core.Deliver(device, new Node("notification", new()
            {
                ["type"] = "privacy_token",
                ["from"] = issuer.Address(lid || issuer.PhoneHidden),
                ["sender_lid"] = issuer.Lid,
                ["id"] = core.NewId(),
                ["t"] = core.Now,
            }, new Node("tokens", null, new Node("token", new() { ["type"] = "trusted_contact", ["t"] = core.Now }, token))));
        }
    }
}
