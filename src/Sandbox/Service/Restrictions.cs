using System.Globalization;
using System.Text;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Binary;
using WhatsApp.Governor;

namespace Sandbox.Service;

/// <summary>What an account may not write, and how it is told.</summary>
internal sealed class Restrictions(ServiceCore core)
{
    /// <summary>Locks the account out of starting conversations, or releases it, and tells its companions.</summary>
    public void Lock(Account account, TimeSpan by)
    {
        account.LockedUntil = by > TimeSpan.Zero ? core.Now + (long)by.TotalSeconds : 0;
        core.Accounts.Save(account);
        var notice = string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"data":{"xwa2_notify_account_reachout_timelock":{"is_active":{{{(account.LockedUntil > 0 ? "true" : "false")}}},"time_enforcement_ends":"{{{account.LockedUntil}}}","enforcement_type":"RESTRICT_ALL_COMPANIONS"} } }""");
        foreach (var device in account.DeviceKeys.Where(device => device.Device != 0))
        {
            core.Deliver(device, new Node("notification", new() { ["type"] = "mex", ["from"] = Jid.Service, ["id"] = core.NewId(), ["t"] = core.Now },
                new Node("update", new() { ["op_name"] = "NotificationUserReachoutTimelockUpdate" }, Encoding.UTF8.GetBytes(notice))));
        }
    }

    /// <summary>From now on, or no more, every private message of the account's companions needs a token.</summary>
    public void DemandTokens(Account account, bool demanded)
    {
        account.TokensDemanded = demanded;
        core.Accounts.Save(account);
    }

    /// <summary>The code a private message of a companion is refused with; null when it may go.</summary>
    public int? Refusal(Account sender, Account peer, Node message)
    {
        if (HasToken(sender, peer, message))
        {
            return null;
        }

        var known = sender.MayWriteFirst || sender.WrittenBy.Contains(peer.Id);
        return sender.TokensDemanded || !known || (sender.LockedUntil > core.Now && !sender.WrittenBy.Contains(peer.Id)) ? PermissionRules.NoToken : null;
    }

    private static bool HasToken(Account sender, Account peer, Node message) =>
        (message.Child("tctoken")?.Bytes is { } token && peer.TokensFor.TryGetValue(sender.Id, out var issued) && token.Span.SequenceEqual(issued)) ||
        (message.Child("cstoken")?.Bytes is { } made && sender.NctSalt is { } salt && made.Span.SequenceEqual(PrivacyTokens.FromSalt(salt, peer.Lid)));
}
