using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using QRCoder;
using Shared.Claims;
using Shared.Grace;
using Shared.Options;
using WaBot.Inbox;
using WaBot.Options;
using WaBot.Web.Linking;
using WhatsApp;

namespace WaBot.Web;

/// <summary>What the operator sees: the session with its QR code, the switch for deletions, the claims.</summary>
internal sealed class OperatorView(IWhatsAppClient client, IDeletionBreaker breaker, IClaimService claims, TargetGroups groups, ClaimsOptions rules, WaBotOptions options)
{
    private const int Shown = 200;
    private const int WhileScanning = 5;
    private const int Otherwise = 15;
    private const int QrModulePixels = 6;

    public static string Token(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return $"<input type=\"hidden\" name=\"{tokens.FormFieldName}\" value=\"{Html.Encode(tokens.RequestToken)}\">";
    }

    public async Task<IResult> PageAsync(string token, CancellationToken ct)
    {
        var status = client.Status;
        var body = new StringBuilder();
        if (options.Jobs.IsEmergency)
        {
            body.Append("<p class=\"state bad\" id=\"jobs\">Emergency mode: background jobs are kept in memory only. Set Jobs:Storage back to sqlite when the disk is well.</p>");
        }
        Session(body, status, token);
        Deletions(body, await breaker.CurrentAsync(ct), token);
        Claims(body, await claims.ListAsync(null, ct), token);
        body.Append(Button("/sign-out", token, "Sign out"));
        return Html.Page(StatusCodes.Status200OK, "WaBot operator page", body.ToString(), status.Phase == SessionPhase.LoggedIn ? Otherwise : WhileScanning);
    }

    /// <summary>A page of its own: the operator page renews itself and would empty the field.</summary>
    public static IResult PairAgain(string token) => Html.Page(StatusCodes.Status200OK, "Pair again",
        $"<p>This removes the link to the account the bot uses now, and a new QR code is shown. Nobody can claim until it is scanned, and deletions are frozen until you release them.</p><form method=\"post\" action=\"/operator/session/pair-again\">{token}<p><label for=\"confirm\">Type PAIR to confirm</label><br><input id=\"confirm\" name=\"confirm\" autocomplete=\"off\" autocapitalize=\"characters\"></p><p><button type=\"submit\">Remove the link</button></p></form><p><a href=\"/\">Back, change nothing</a></p>");

    /// <summary>The QR code as a picture inside the page; its text is a secret and goes nowhere else.</summary>
    internal static string Qr(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        using var picture = new SvgQRCode(data);
        return picture.GetGraphic(QrModulePixels);
    }

    private void Session(StringBuilder body, SessionStatus status, string token)
    {
        body.Append("<h2>WhatsApp</h2>").Append(CultureInfo.InvariantCulture, $"<p class=\"state {Colour(status.Phase)}\" id=\"session\">{Html.Encode(Words(status))}</p>");
        LinkingView.Append(body, status, token);
        if (status.LastFault is { } fault)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p><small>Last fault: {Html.Encode(fault.ToString())}. {Html.Encode(fault.Text ?? "")} {Html.Encode(Advice(fault.Reason))}</small></p>");
        }
        body.Append(CultureInfo.InvariantCulture, $"<p><small>Target groups: {groups.All.Count}</small></p>");
        if (status.Phase == SessionPhase.Halted)
        {
            body.Append(Button("/operator/session/reconnect", token, status.OwnPhone is null ? "Show a QR code" : "Reconnect"));
        }
        if (status.OwnPhone is not null)
        {
            body.Append("<p><a href=\"/operator/session/pair-again\">Pair with an account again…</a> · <a href=\"/operator/session/log-out\">Log out…</a></p>");
        }
    }

    private static void Deletions(StringBuilder body, Freeze? freeze, string token)
    {
        body.Append("<h2>Deletions</h2>");
        body.Append(freeze is null
            ? "<p class=\"state good\" id=\"deletions\">Deletions run as they fall due.</p>" + Button("/operator/freeze", token, "Freeze deletions")
            : $"<p class=\"state bad\" id=\"deletions\">Frozen since {When(freeze.Since)}: {Html.Encode(freeze.Detail)}</p><p>Look at the group first. Whoever is really gone is deleted when you release them.</p>"
                + Button("/operator/unfreeze", token, "Release deletions"));
    }

    private void Claims(StringBuilder body, IReadOnlyList<Claim> all, string token)
    {
        body.Append(CultureInfo.InvariantCulture, $"<h2>Claims ({all.Count})</h2><ul id=\"claims\">");
        if (all.Count == 0)
        {
            body.Append("<li>None yet. Members get one by writing !claim to the bot.</li>");
        }
        foreach (var claim in all.Take(Shown))
        {
            body.Append(CultureInfo.InvariantCulture,
                $"<li data-state=\"{claim.State}\"><strong>{Html.Encode(claim.Username)}</strong> · {Html.Encode(claim.Template)} · {Html.Encode(Words(claim))}<br><small>{claim.Id} · version {claim.Version} · since {When(claim.ChangedAt)}</small>");
            if (claim.State == ClaimState.Failed)
            {
                body.Append("<br>").Append(Button($"/operator/claims/{claim.Id}/retry", token, "Try again")).Append(Button($"/operator/claims/{claim.Id}/retry-elsewhere", token, "Try on another node")).Append(Button($"/operator/claims/{claim.Id}/clean-up", token, "Clean up"));
            }
            if (claim.DeletionHeld)
            {
                body.Append("<br>").Append(Button($"/operator/claims/{claim.Id}/resume", token, "Go on deleting"));
            }
            body.Append("</li>");
        }
        body.Append("</ul>");
    }

    private static string Words(SessionStatus status) => status.Phase switch
    {
        SessionPhase.LoggedIn => "Connected and logged in.",
        SessionPhase.WaitingForScan => LinkingWords.Of(status.Linking),
        SessionPhase.Connecting => "Connecting…",
        SessionPhase.WaitingToReconnect when status.NextAttempt is { } next => $"Connection lost; next attempt in {Math.Max(0, (int)(next - TimeProvider.System.GetUtcNow()).TotalSeconds)} s ({status.FailuresInARow} failed).",
        SessionPhase.Halted => status.LastFault?.Reason switch
        {
            SessionFaultReason.Replaced => "Stopped: this session runs in a second place.",
            SessionFaultReason.LoggedOut => "Stopped: the link to the account was removed.",
            SessionFaultReason.PairingCancelled => "Stopped: linking was called off.",
            _ => "Stopped: needs an operator.",
        },
        _ => status.Phase.ToString(),
    };

    private string Words(Claim claim) => claim.State switch
    {
        ClaimState.Creating => claim.QueuedAt is not null && claim.AllocationId is null ? $"waiting for a place ({claim.FailureCode})" : claim.WaitingTold ? $"creating, step {(int)claim.Step} of 4, waiting for the panel" : $"creating, step {(int)claim.Step} of 4",
        ClaimState.Failed => $"failed at step {(int)claim.Step} of 4 ({claim.FailureCode})",
        ClaimState.Deleting when claim.DeletionHeld => $"deletion held ({claim.FailureCode})",
        ClaimState.Deleting when claim is { WasActive: true, DeletionStep: DeletionStep.Waiting } && claim.GraceObserved >= rules.GracePeriod + claim.GraceExtra =>
            "member has left, the time to return is over",
        ClaimState.Deleting when claim is { WasActive: true, DeletionStep: DeletionStep.Waiting } =>
            $"member has left, deleted in {Left(claim)} of time the bot is connected",
        ClaimState.Deleting => $"being deleted ({claim.DeletionStep})",
        _ => claim.State.ToString().ToLowerInvariant(),
    };

    private string Left(Claim claim)
    {
        var left = rules.GracePeriod + claim.GraceExtra - claim.GraceObserved;
        return (left > TimeSpan.Zero ? left : TimeSpan.Zero).ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture).Replace("0.", "", StringComparison.Ordinal);
    }

    private static string Advice(SessionFaultReason reason) => reason switch
    {
        SessionFaultReason.LoggedOut => "Pair again.",
        SessionFaultReason.Replaced => "Stop the other place where this session runs, then reconnect.",
        SessionFaultReason.ClientRefused => "This version of WaBot is too old for the service: update it.",
        SessionFaultReason.AccountLocked or SessionFaultReason.TemporarilyBanned => "See the runbook: blocked number.",
        SessionFaultReason.NameNotResolved => "Names do not resolve: look at the network, the modem and the name servers. WaBot goes on trying.",
        SessionFaultReason.ConnectionRefused or SessionFaultReason.ConnectTimedOut or SessionFaultReason.Unreachable or SessionFaultReason.KeepaliveLost =>
            "Look at the network and the modem. WaBot goes on trying.",
        SessionFaultReason.CertificateRefused => "Somebody on the way takes apart TLS, or this machine's clock is wrong. Nothing was sent; WaBot goes on trying.",
        SessionFaultReason.NotTheService => "The network wants a login, or a proxy answers. Nothing was sent; WaBot goes on trying.",
        SessionFaultReason.HandshakeFailed => "What answered could not prove to be the service. Nothing was sent; WaBot goes on trying.",
        SessionFaultReason.StoreFailed => "The session's files cannot be read or written: look at the disk.",
        _ => "",
    };

    private static string Colour(SessionPhase phase) => phase switch
    {
        SessionPhase.LoggedIn => "good",
        SessionPhase.Halted => "bad",
        _ => "wait",
    };

    private static string When(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Button(string action, string token, string text) =>
        $"<form method=\"post\" action=\"{action}\">{token}<button type=\"submit\">{Html.Encode(text)}</button></form>";
}
