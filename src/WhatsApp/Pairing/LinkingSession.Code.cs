using WhatsApp.Binary;
using WhatsApp.Connection;

namespace WhatsApp.Pairing;

/// <summary>While a code is out. Source: facts 6.</summary>
internal sealed partial class LinkingSession
{
    private async Task CodeStageAsync(Node registration, CancellationToken cancellationToken)
    {
        if (_code is not { } code || !code.IsAboutThis(registration))
        {
            Log.Unasked(logger, registration["stage"] ?? "no stage");
            return;
        }

        if (registration["stage"] == "refresh_code")
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        if (registration["stage"] != "primary_hello")
        {
            Log.Unasked(logger, registration["stage"] ?? "no stage");
            return;
        }

        if (registration.Child("link_code_pairing_wrapped_primary_ephemeral_pub") is null)
        {
            // The account is behind the passkey gate; the service tells what to sign when asked.
            var answer = await connection.AskAsync(PasskeyLink.AskForOptions(), IqTracker.UsualLimit, cancellationToken).ConfigureAwait(false);
            await AskForPasskeyAsync(answer.Child("passkey_request_options")?.Bytes ?? default, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (code.Tries == CodeLink.MostTries)
        {
            Refuse(LinkingRefusal.WrongCode);
            return;
        }

        var (finish, secret) = code.Answer(registration, Device);
        await KeepSecretAsync(secret, cancellationToken).ConfigureAwait(false);
        var until = Later(code.Expires, Now + CodeLink.Completion);
        Wait(until, LinkingRefusal.NotCompleted);
        Show(new CodeShown(LinkingCodes.Shown(code.Code), until, PhoneAnswered: true));
        await connection.RequestAsync(finish, cancellationToken).ConfigureAwait(false);
    }
}
