using System.Net;
using WhatsApp;

namespace WaBot.Options;

/// <summary>Rules that an attribute cannot say.</summary>
internal static class OptionsRules
{
    public static void Check(WaBotOptions options, OptionsReader reader)
    {
        if (options.Group.TargetIds.Any(id => !Jid.TryParse(id, out var jid) || !jid.IsGroup))
        {
            reader.Add("Group:TargetIds", "must hold group addresses such as 120363000000000000@g.us; the operator page lists those of the paired account");
        }
        if (options.Panel.BaseAddress is { } panel && panel.Scheme != Uri.UriSchemeHttps && !IsLoopback(panel))
        {
            reader.Add("Panel:BaseAddress", "must begin with https:// unless it is on this machine, for the key travels with every request");
        }
        if (options.Alerts.WebhookUrl is { } webhook && webhook.Scheme != Uri.UriSchemeHttps && !IsLoopback(webhook))
        {
            reader.Add("Alerts:WebhookUrl", "must begin with https:// unless it is on this machine");
        }
        if (options.Web.Listen is { Scheme: not "http" })
        {
            reader.Add("Web:Listen", "must begin with http://; TLS belongs to the proxy in front");
        }
        if (options.Web.Listen is { } listen && !IsLoopback(listen) && options.Web.PublicUrl is not { Scheme: "https" })
        {
            reader.Add("Web:Listen", "is not on loopback: set Web:PublicUrl to the https:// address of the proxy in front, or listen on 127.0.0.1");
        }
        if (options.Claims.CredentialDelivery != Shared.Options.CredentialDelivery.Chat)
        {
            reader.Add("Claims:CredentialDelivery", "must be Chat: one-time pages do not exist yet");
        }
    }

    public static bool IsLoopback(Uri address) =>
        address.IsLoopback || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
