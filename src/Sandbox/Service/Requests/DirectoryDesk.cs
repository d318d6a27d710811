using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Requests;

/// <summary>Requests of xmlns <c>usync</c>: who is on the service, with which devices.</summary>
internal sealed class DirectoryDesk(ServiceCore core)
{
    public Node Answer(Node request)
    {
        var usync = request.Child("usync");
        var wanted = usync?.Child("query")?.Children ?? [];
        var users = (usync?.Child("list")?.ChildrenOf("user") ?? []).Select(user => User(user, wanted)).OfType<Node>().ToArray();
        foreach (var item in wanted.Where(item => item.Tag is not ("devices" or "lid" or "contact" or "status" or "picture" or "business" or "disappearing_mode" or "username" or "bot" or "text_status")))
        {
            core.Drift.Count($"usync <{item.Tag}>", core.Timeline);
        }

        return Replies.Result(request, new Node("usync", new() { ["sid"] = usync?["sid"], ["mode"] = usync?["mode"], ["context"] = usync?["context"], ["last"] = "true", ["index"] = "0" },
            new Node("result", null, [.. wanted.Select(item => new Node(item.Tag))]),
            new Node("list", null, users)));
    }

    private Node? User(Node user, IReadOnlyList<Node> wanted)
    {
        var query = user.Child("contact")?.Text;
        var byLid = wanted.FirstOrDefault(item => item.Tag == "contact")?["addressing_mode"] == "lid";
        var account = query is null ? user.JidOf("jid") is { } jid ? core.Accounts.Find(jid) : null : ByNumber(query);
        if (account is null)
        {
            return query is null ? null : new Node("user", new() { ["jid"] = new Jid(Number(query), JidServers.Phone) },
                new Node("contact", new() { ["type"] = Number(query).Length < 7 ? "invalid" : "out" }, query));
        }

        var lid = query is null ? user.JidOf("jid")!.Value.IsLid : byLid;
        return new Node("user", new() { ["jid"] = account.Address(lid), ["pn_jid"] = lid && query is not null ? account.Phone : default(Jid?) },
            [.. wanted.Select(item => Part(item.Tag, account, query)).OfType<Node>()]);
    }

    private static Node? Part(string tag, Account account, string? query) => tag switch
    {
        "devices" => new Node("devices", null,
        [
            new Node("device-list", null, [.. account.Devices.Select(device => new Node("device", new()
            {
                ["id"] = device.Id,
                ["key-index"] = device.Id == 0 ? null : device.KeyIndex.ToString(System.Globalization.CultureInfo.InvariantCulture),
            }))]),
            .. account.KeyIndexList is { } signed ? new[] { new Node("key-index-list", new() { ["ts"] = account.KeyIndexListAt }, signed) } : [],
        ]),
        "lid" => new Node("lid", new() { ["val"] = account.Lid }),
        "contact" => new Node("contact", new() { ["type"] = "in" }, query ?? ""),
        "status" => new Node("status", new() { ["t"] = "0" }),
        "disappearing_mode" => new Node("disappearing_mode", new() { ["duration"] = "0", ["t"] = "0" }),
        _ => null,
    };

    /// <summary>Hidden numbers are found by nobody.</summary>
    private Account? ByNumber(string query) =>
        core.Accounts.Find(new Jid(Number(query), JidServers.Phone)) is { PhoneHidden: false } account ? account : null;

    private static string Number(string query) => new([.. query.TakeWhile(letter => letter != '@').Where(char.IsAsciiDigit)]);
}
