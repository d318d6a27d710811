using System.Globalization;
using WhatsApp.Binary;

namespace WhatsApp.Supervision;

/// <summary>Reads why the service ends a connection.</summary>
internal static class FaultReader
{
    /// <summary>Null when the stanza is no farewell.</summary>
    public static SessionFault? Read(Node stanza, DateTimeOffset now) => stanza.Tag switch
    {
        "stream:error" => OfStreamError(stanza),
        "failure" => OfFailure(stanza, now),
        _ => null,
    };

    private static SessionFault OfStreamError(Node error)
    {
        // <stream:error [code]><conflict type="device_removed|replaced"/> | <ack id/> | <xml-not-well-formed/></stream:error>
        var code = Number(error["code"]);
        switch (error.Child("conflict")?["type"])
        {
            case "replaced":
                return new SessionFault(SessionFaultReason.Replaced, code);
            case "device_removed":
                return new SessionFault(SessionFaultReason.LoggedOut, code, "device_removed");
        }

        if (error.Child("ack") is not null)
        {
            return new SessionFault(SessionFaultReason.AcknowledgementMissed, code);
        }

        return error.Child("xml-not-well-formed") is not null
            ? new SessionFault(SessionFaultReason.SentMalformed, code)
            : new SessionFault(code is { } number ? ReactionTable.OfStreamError(number) : SessionFaultReason.Unknown, code);
    }

    private static SessionFault OfFailure(Node failure, DateTimeOffset now)
    {
        // <failure reason="N" [code] [expire="seconds"] [message] [logout_message_header] [logout_message_subtext]/>
        var code = Number(failure["reason"]);
        var reason = code is { } number ? ReactionTable.OfFailure(number) : SessionFaultReason.Unknown;
        var texts = new[] { failure["logout_message_header"], failure["logout_message_subtext"], failure["message"] };
        var text = string.Join(" ", texts.Where(part => !string.IsNullOrEmpty(part)));
        if (reason == SessionFaultReason.TemporarilyBanned)
        {
            var until = Number(failure["expire"]) is { } seconds ? now.AddSeconds(seconds) : (DateTimeOffset?)null;
            return new SessionFault(reason, code, failure["code"] is { } kind ? $"ban {kind} {text}".TrimEnd() : text, until);
        }

        return new SessionFault(reason, code, text.Length == 0 ? null : text);
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
