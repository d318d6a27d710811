using System.Globalization;
using System.Text;
using WhatsApp;

namespace WaBot.Web.Linking;

/// <summary>The step of linking a person has to take next, as a piece of the operator page. Works without script: the page renews itself.</summary>
internal static class LinkingView
{
    public static void Append(StringBuilder body, SessionStatus status, string token)
    {
        if (status.LinkingRefusal is { } refused)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"state bad\" id=\"refusal\">{Html.Encode(LinkingWords.Of(refused))}</p>");
        }
        switch (status.Linking)
        {
            case QrShown qr:
                body.Append("<p>On the bot's phone: WhatsApp → Linked devices → Link a device, then point the camera here. Use a number kept for the bot alone, never a private one.</p><div class=\"qr\" id=\"qr\">")
                    .Append(OperatorView.Qr(qr.Text))
                    .Append(CultureInfo.InvariantCulture, $"</div><p><small>Good for another {Left(qr)} s; the next one appears by itself.</small></p>");
                break;
            case CodeShown code:
                body.Append("<p>On the bot's phone: WhatsApp → Linked devices → Link a device → Link with phone number instead, then type:</p>").Append(Code(code.Code))
                    .Append(code.PhoneAnswered
                        ? "<p class=\"state wait\" id=\"answered\">The phone has sent something. If it says that the code is wrong, type it again.</p>"
                        : string.Create(CultureInfo.InvariantCulture, $"<p><small>Good for another {Left(code)} s.</small></p>"));
                break;
            case PasskeyRequired passkey:
                body.Append(CultureInfo.InvariantCulture,
                    $"<p class=\"state wait\" id=\"passkey\">This account is linked only with its passkey. It is a rule of WhatsApp for some accounts, not a fault of the bot. {Left(passkey)} s are left.</p><p><a class=\"next\" href=\"{LinkingEndpoints.Passkey}\">Sign with the passkey…</a></p>");
                break;
            case ConfirmCode confirm:
                body.Append("<p>The bot's phone shows a code. Is it this one?</p>").Append(Code(confirm.Code))
                    .Append(Form(LinkingEndpoints.Same, token, "It is the same")).Append(Form(LinkingEndpoints.Differs, token, "It differs: stop"))
                    .Append(CultureInfo.InvariantCulture, $"<p><small>{Left(confirm)} s are left.</small></p>");
                break;
            case WaitingForPhone:
                body.Append("<p class=\"state wait\" id=\"waiting\">Waiting for the phone. Keep WhatsApp open there.</p>");
                break;
        }
        if (status.OwnPhone is null)
        {
            Ways(body, status, token);
        }
    }

    private static void Ways(StringBuilder body, SessionStatus status, string token)
    {
        if (status.Linking is null or QrShown)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p>No camera? <a href=\"{LinkingEndpoints.ByCode}\">Link with a code instead…</a></p>");
        }
        if (status.Linking is CodeShown)
        {
            body.Append(Form(LinkingEndpoints.ByQr, token, "Use a QR code instead"));
        }
        if (status.Phase is SessionPhase.WaitingForScan or SessionPhase.Connecting or SessionPhase.WaitingToReconnect)
        {
            body.Append(Form(LinkingEndpoints.Cancel, token, "Stop linking"));
        }
    }

    private static string Code(string code) => $"<p class=\"code\" id=\"code\">{Html.Encode(code)}</p>";

    private static string Form(string action, string token, string text) => $"<form method=\"post\" action=\"{action}\">{token}<button type=\"submit\">{Html.Encode(text)}</button></form>";

    /// <summary>By the clock the session runs on: the domain's may be another, in the sandbox.</summary>
    public static int Left(LinkingStep step) => Math.Max(0, (int)(step.Expires - TimeProvider.System.GetUtcNow()).TotalSeconds);
}
