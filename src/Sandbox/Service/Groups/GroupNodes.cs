using System.Globalization;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service.Groups;

/// <summary>How groups and members are written for one who looks at them.</summary>
internal static class GroupNodes
{
    public static Node Whole(Group group, AccountBook accounts, Account viewer)
    {
        var lid = group.Addressing == GroupAddressing.Lid;
        var creator = accounts[group.Creator];
        var version = group.Version.ToString(CultureInfo.InvariantCulture);
        List<Node> children = [];
        foreach (var member in group.Members)
        {
            children.Add(Member(group, accounts[member.Account], viewer, member.IsAdmin, creator.Id == member.Account));
        }

        if (group.AdminsOnly)
        {
            children.Add(new Node("announcement"));
        }

        return new Node("group", new()
        {
            ["id"] = group.User,
            ["creator"] = creator.Address(lid),
            ["creator_pn"] = lid && !creator.PhoneHidden ? creator.Phone : default(Jid?),
            ["creation"] = group.CreatedAt,
            ["subject"] = group.Subject,
            ["s_t"] = group.CreatedAt,
            ["s_o"] = creator.Address(lid),
            ["s_o_pn"] = lid && !creator.PhoneHidden ? creator.Phone : default(Jid?),
            ["size"] = group.Members.Count,
            ["addressing_mode"] = group.Mode,
            ["a_v_id"] = version,
            ["p_v_id"] = version,
        }, children);
    }

    /// <summary>A member as the viewer may know it: a hidden number is replaced by a redacted name.</summary>
    public static Node Member(Group group, Account account, Account viewer, bool admin, bool creator)
    {
        var lid = group.Addressing == GroupAddressing.Lid;
        var visible = !account.PhoneHidden || account.Id == viewer.Id;
        return new Node("participant", new()
        {
            ["jid"] = account.Address(lid),
            ["phone_number"] = lid && visible ? account.Phone : default(Jid?),
            ["lid"] = lid ? default(Jid?) : account.Lid,
            ["display_name"] = lid && !visible ? $"+62∙∙∙∙∙∙{account.PhoneUser[^2..]}" : null,
            ["type"] = !admin ? null : creator ? "superadmin" : "admin",
        });
    }
}
