using Sandbox.Service.Groups;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Requests;

/// <summary>The one table of requests: by namespace.</summary>
internal sealed class RequestDesk(ServiceCore core)
{
    private readonly GroupDesk _groups = new(core);
    private readonly KeyDesk _keys = new(core);
    private readonly DirectoryDesk _directory = new(core);
    private readonly PrivacyDesk _privacy = new(core);

    public Node Answer(DeviceKey from, Node request) => request["xmlns"] switch
    {
        "w:g2" => _groups.Answer(from, request),
        "encrypt" => _keys.Answer(from, request),
        "usync" => _directory.Answer(request),
        "privacy" => _privacy.Answer(from, request),
        "w:p" or "urn:xmpp:ping" => Replies.Result(request),
        "passive" => Passive(from, request),
        "urn:xmpp:whatsapp:dirty" => Clean(from, request),
        "abt" => Replies.Result(request, new Node("props", new() { ["protocol"] = "1", ["hash"] = "0", ["refresh"] = "86400" })),
        "w" => Replies.Result(request, new Node("props", new() { ["protocol"] = "2", ["hash"] = "0", ["refresh"] = "86400" })),
        "blocklist" => Replies.Result(request, new Node("list")),
        "status" when request["type"] == "get" => Replies.Result(request, new Node("status")),
        "disappearing_mode" => Replies.Result(request, new Node("disappearing_mode", new() { ["duration"] = "0" })),
        "w:sync:app:state" => AppState(request),
        "w:profile:picture" => Replies.Error(request, 404, "item-not-found"),
        "w:biz" => Replies.Result(request, new Node("business_profile")),
        "status" or "w:stats" or "urn:xmpp:whatsapp:push" or "urn:xmpp:whatsapp:account" or "tos" => Replies.Result(request),
        "md" when request.Child("remove-companion-device") is not null => Unlink(from, request),
        var other => Unknown(request, other),
    };

    private Node Passive(DeviceKey from, Node request)
    {
        if (request.Child("active") is not null && core.Links.GetValueOrDefault(from) is Links.CompanionLink link)
        {
            // The answer goes out before the queue does.
            core.Loop.Post(link.GoActive);
        }

        return Replies.Result(request);
    }

    private Node Clean(DeviceKey from, Node request)
    {
        if (request.ChildrenOf("clean").Any(clean => clean["type"] == "groups") && core.Accounts.DeviceOf(from) is { GroupsDirty: true } device)
        {
            device.GroupsDirty = false;
            core.Accounts.Save(core.Accounts[from.Account]);
        }

        return Replies.Result(request);
    }

    /// <summary>No contact or setting has ever been stored: every collection is at its beginning.</summary>
    private static Node AppState(Node request) => Replies.Result(request, new Node("sync", null,
    [
        .. (request.Child("sync")?.ChildrenOf("collection") ?? []).Select(collection =>
            new Node("collection", new() { ["name"] = collection["name"], ["version"] = "0", ["type"] = "result" })),
    ]));

    private Node Unlink(DeviceKey from, Node request)
    {
        var jid = request.Child("remove-companion-device")!.JidOf("jid");
        var account = core.Accounts[from.Account];
        if (jid is not { Device: > 0 } target || core.Accounts.Find(target)?.Id != account.Id || account.DeviceOf(target.Device) is null)
        {
            return Replies.Error(request, 404, "item-not-found");
        }

        core.Loop.Post(() => core.Removals.Remove(account, target.Device));
        return Replies.Result(request);
    }

    private Node Unknown(Node request, string? xmlns)
    {
        core.Drift.Count($"iq {request["type"]} {xmlns} <{request.FirstChild()?.Tag}>", core.Timeline);
        return Replies.Error(request, 501, "feature-not-implemented");
    }
}
